# What glibc has in libc_nonshared.a is made for the dylib, whose handle it passes on.
# define: __cxa_at_quick_exit = 0x108000000
# define: __register_atfork = 0x108000010
# define: __cxa_atexit = 0x108000020
# define: __cxa_finalize = 0x108000030
    .text
    .globl start
start:
# let: quick = start + 5 + *{s4}(start + 1)
# check: *{3}quick == 0x358d48
# check: quick + 7 + *{s4}(quick + 3) == __dso_handle
# check: quick + 12 + *{s4}(quick + 8) == __cxa_at_quick_exit
    call at_quick_exit@PLT
# let: fork = start + 10 + *{s4}(start + 6)
# check: *{3}fork == 0x0d8d48
# check: fork + 7 + *{s4}(fork + 3) == __dso_handle
# check: fork + 12 + *{s4}(fork + 8) == __register_atfork
    call pthread_atfork@PLT
    ret
