// packages: libperl-dev
// needs: perl libperl.a
// build: cc -O1 $(perl -MExtUtils::Embed -e ccopts) $source -o native -rdynamic -Wl,-Bstatic -lperl -Wl,-Bdynamic -lm -ldl -lcrypt -lpthread
#include <EXTERN.h>
#include <perl.h>

static PerlInterpreter *my_perl;
EXTERN_C void boot_DynaLoader(pTHX_ CV *cv);

static void xs_init(pTHX) {
    newXS("DynaLoader::boot_DynaLoader", boot_DynaLoader, __FILE__);
}

int main(int argc, char **argv, char **env) {
    char *arguments[] = {"", "-e",
        "use List::Util 'sum'; use POSIX 'floor'; $| = 1; print sum(map { $_ * $_ } 1 .. 10), ' ', floor(2.7), qq(\\n);"
        "my %c; $c{$_}++ for split / /, 'the whale and the sea'; print join(',', map { qq($_ $c{$_}) } sort keys %c), qq(\\n);"
        "eval { die qq(caught\\n) }; print $@; 'a1b22' =~ /(\\d+)$/ and print qq($1\\n);", NULL};
    char **list = arguments;
    int count = 3;
    PERL_SYS_INIT3(&argc, &argv, &env);
    my_perl = perl_alloc();
    perl_construct(my_perl);
    PL_exit_flags |= PERL_EXIT_DESTRUCT_END;
    perl_parse(my_perl, xs_init, count, list, NULL);
    perl_run(my_perl);
    perl_destruct(my_perl);
    perl_free(my_perl);
    PERL_SYS_TERM();
    return 7;
}
