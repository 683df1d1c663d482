# error: a.o: section __DATA,__thread_init has functions that a thread's first use of its variables would call; compilers make none
    .section __DATA,__thread_init,thread_local_init_function_pointers
    .quad 0
