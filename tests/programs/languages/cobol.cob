      *> packages: gnucobol4
      *> needs: cobc
      *> build: cobc -x -free -o native $source
identification division.
program-id. sweep.
data division.
working-storage section.
01 total pic 9(6) value 0.
01 i pic 9(3).
01 shown pic zzz,zz9.99.
procedure division.
    perform varying i from 1 by 1 until i > 100
        add i to total
    end-perform
    display "total " total
    compute shown = total / 7
    display "a seventh" shown
    move 7 to return-code
    stop run.
