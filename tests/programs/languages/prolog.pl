% packages: gprolog
% needs: gplc
% build: cp $source program.pl && gplc --no-top-level program.pl -o native
:- initialization(main).

parent(ishmael, queequeg).
parent(queequeg, pip).
parent(pip, starbuck).

ancestor(X, Y) :- parent(X, Y).
ancestor(X, Y) :- parent(X, Z), ancestor(Z, Y).

reversed([], R, R).
reversed([H | T], A, R) :- reversed(T, [H | A], R).

main :-
    findall(Y, ancestor(ishmael, Y), All),
    write(All), nl,
    reversed([1, 2, 3], [], R),
    write(R), nl,
    catch(atom_length(_, _), error(E, _), (write(caught(E)), nl)),
    X is 2 ** 10 + 3.5,
    write(X), nl,
    assertz(fact(1)), assertz(fact(2)),
    findall(F, fact(F), Facts), length(Facts, N),
    format("~w facts~n", [N]),
    halt(7).
