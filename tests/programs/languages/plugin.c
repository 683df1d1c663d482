// build: printf '%s\n' 'extern int host_value(void); extern int host_data; extern __thread int host_mine; int plugin(void) { host_data += 1; host_mine += 1; return host_value() + host_data + host_mine; }' >plugin.c
// build: cc -O1 -fPIC -shared plugin.c -o plugin.so && cc -O1 -rdynamic -DPLUGIN="\"$PWD/plugin.so\"" $source -o native -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

int host_data = 10;
__thread int host_mine = 100;

int host_value(void) {
    return 1000 + host_data;
}

static int segments(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        ElfW(Addr) start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (ElfW(Addr))data - start < info->dlpi_phdr[i].p_memsz) {
            printf("segment with flags %x\n", info->dlpi_phdr[i].p_flags);
            return 1;
        }
    }
    return 0;
}

int main(void) {
    void *library = dlopen(PLUGIN, RTLD_NOW);
    if (library == NULL) {
        puts(dlerror());
        return 1;
    }
    int (*plugin)(void) = (int (*)(void))dlsym(library, "plugin");
    printf("%d ", plugin());
    printf("%d %d\n", host_data, host_mine);
    Dl_info info;
    int known = dladdr((void *)host_value, &info);
    printf("dladdr %d %s\n", known != 0, info.dli_sname);
    printf("dlsym %d %d\n", dlsym(RTLD_DEFAULT, "host_value") == (void *)host_value, dlsym(NULL, "host_data") == (void *)&host_data);
    printf("iterate %d\n", dl_iterate_phdr(segments, (void *)host_value));
    return 7;
}
