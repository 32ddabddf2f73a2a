// A static library needs one source; this one exists to carry the precompiled test headers.
