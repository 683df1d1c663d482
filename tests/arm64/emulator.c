/* The kernel starts this for an AArch64 file (warm.sh), and it starts qemu. A file may be gone under its path by now, as the programs of
 * guests are, so the kernel has opened it (binfmt_misc's flag O).
 *
 * argv: this program, the file, the file's argv. EMULATOR is qemu, ROOT the folder of the libraries. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char file[40];
    snprintf(file, sizeof file, "/proc/self/fd/%lu", getauxval(AT_EXECFD));
    char **command = calloc(argc + 6, sizeof *command);
    int count = 0;
    command[count++] = EMULATOR;
    command[count++] = "-cpu";
    command[count++] = "neoverse-n1";
    command[count++] = "-L";
    command[count++] = ROOT;
    command[count++] = "-0";
    command[count++] = argv[2];
    command[count++] = file;
    for (int i = 3; i < argc; i++) command[count++] = argv[i];
    execv(EMULATOR, command);
    perror(EMULATOR);
    return 127;
}
