int from_bitcode(void) { return 1; }
