(* packages: gm2
   needs: gm2-12
   build: cp $source modula.mod && gm2-12 -O1 modula.mod -o native *)
MODULE modula;
FROM StrIO IMPORT WriteString, WriteLn;
FROM NumberIO IMPORT WriteInt;
FROM libc IMPORT exit;
VAR i, sum: INTEGER;
BEGIN
  sum := 0;
  FOR i := 1 TO 100 DO sum := sum + i END;
  WriteString('sum'); WriteInt(sum, 6); WriteLn;
  exit(7)
END modula.
