#include "identity/master_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "identity/system_random.h"

namespace frontrow::identity {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kSealVersion = 1;
constexpr std::size_t kSealOverhead = 1 + kNonceBytes + kTagBytes;

unsigned char* bytes_of(Bytes& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(BytesView text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

std::string because(const std::filesystem::path& file, const char* what) {
  return "master key " + file.string() + ": " + what + ": " + std::strerror(errno);
}

std::string fault_of(const std::filesystem::path& file, const struct stat& status) {
  const std::string name = "master key " + file.string() + ": ";
  if (!S_ISREG(status.st_mode)) return name + "is not a regular file";
  if ((status.st_mode & 077) != 0)
    return name + "others may read or write it (mode " +
           fmt::format("{:04o}", status.st_mode & 07777) + "); set it with: chmod 600 " +
           file.string();
  if (status.st_size != static_cast<off_t>(sizeof(SecretKey)))
    return name + fmt::format("has {} bytes instead of {}", status.st_size, sizeof(SecretKey));
  return "";
}

bool write_all(int descriptor, const SecretKey& bytes) {
  return write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
         fsync(descriptor) == 0;
}

void sync_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const File opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) fsync(opened.get());
}

// Written under another name and then linked, so that the file is whole or not there, and a process
// that starts at the same moment never replaces the key that another one has read. The error is
// empty where the file is there afterwards, whoever made it.
std::string create(const std::filesystem::path& file, Random& random) {
  SecretKey bytes;
  random.fill(bytes.data(), bytes.size());
  const std::string draft = file.string() + fmt::format(".{}.{:016x}", getpid(), random.next());
  std::string fault;
  {
    const File opened(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!opened.is_open()) return because(file, "cannot be made");
    if (fchmod(opened.get(), 0600) != 0 || !write_all(opened.get(), bytes))
      fault = because(file, "cannot be written");
  }
  sodium_memzero(bytes.data(), bytes.size());
  if (fault.empty() && link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST)
    fault = because(file, "cannot be made");
  unlink(draft.c_str());
  if (fault.empty()) sync_folder_of(file);
  return fault;
}

}  // namespace

MasterKey::MasterKey(const SecretKey& bytes) : bytes_(bytes) {
  initialize_crypto();
}

MasterKey::~MasterKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

SecretKey MasterKey::derive(SubKey purpose, std::uint64_t number) const {
  static_assert(crypto_kdf_KEYBYTES == sizeof(SecretKey));
  std::array<char, crypto_kdf_CONTEXTBYTES> context{'f', 'r', 'o', 'n', 't', 'r', 'w', 0};
  context.back() = static_cast<char>(purpose);
  SecretKey key;
  crypto_kdf_derive_from_key(key.data(), key.size(), number, context.data(), bytes_.data());
  return key;
}

std::string MasterKey::fingerprint() const {
  return to_hex(view_of(derive(SubKey::fingerprint)).substr(0, 16));
}

Result<MasterKey, std::string> load_master_key(const std::filesystem::path& file) {
  const File opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened.is_open()) return because(file, "cannot be read");
  struct stat status;
  if (fstat(opened.get(), &status) != 0) return because(file, "cannot be read");
  if (std::string fault = fault_of(file, status); !fault.empty()) return fault;
  SecretKey bytes;
  if (read(opened.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return because(file, "cannot be read");
  MasterKey key(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

Result<MasterKey, std::string> load_or_create_master_key(const std::filesystem::path& file,
                                                         Random& random) {
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT)
    if (std::string fault = create(file, random); !fault.empty()) return fault;
  return load_master_key(file);
}

Sealer::Sealer(const MasterKey& master) : key_(master.derive(SubKey::sealing)) {
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(SecretKey));
}

Sealer::~Sealer() {
  sodium_memzero(key_.data(), key_.size());
}

Bytes Sealer::seal(BytesView plain, std::string_view context, Random& random) const {
  Bytes sealed(kSealOverhead + plain.size(), '\0');
  sealed[0] = kSealVersion;
  unsigned char* const nonce = bytes_of(sealed) + 1;
  random.fill(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, bytes_of(plain),
                                             plain.size(), bytes_of(context), context.size(),
                                             nullptr, nonce, key_.data());
  return sealed;
}

std::optional<Bytes> Sealer::open(BytesView sealed, std::string_view context) const {
  if (sealed.size() < kSealOverhead || sealed[0] != kSealVersion) return {};
  Bytes plain(sealed.size() - kSealOverhead, '\0');
  const unsigned char* const nonce = bytes_of(sealed) + 1;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, nonce + kNonceBytes, plain.size() + kTagBytes,
          bytes_of(context), context.size(), nonce, key_.data()) != 0)
    return {};
  return plain;
}

}  // namespace frontrow::identity
