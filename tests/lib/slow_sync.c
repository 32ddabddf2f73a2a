/* Preloaded into the program by tests: a disk whose sync hangs for as long as the file that FRONTROW_HANG names exists.
   So a commit's fate stays open, as with a full device queue or a lost standby. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_while_hanging(void) {
  const char* file = getenv("FRONTROW_HANG");
  while (file && access(file, F_OK) == 0) usleep(1000);
}

int fsync(int fd) {
  wait_while_hanging();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  wait_while_hanging();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
