{ packages: fp-compiler
  needs: fpc
  build: fpc -v0 -O1 -FD$RECORDER -FE. -onative $source >fpc.log || { cat fpc.log >&2; false; } }
program plain;
var
  i, sum: Integer;
  f: double;
begin
  sum := 0;
  for i := 1 to 100 do
    sum := sum + i * i;
  f := sum / 7;
  WriteLn('sum ', sum, ' ', f:0:3, ' ', ParamCount);
  Halt(7);
end.
