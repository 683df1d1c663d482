{ packages: fp-compiler
  needs: fpc
  build: fpc -v0 -O1 -Cg -FD$RECORDER -FE. -onative $source >fpc.log || { cat fpc.log >&2; false; } }
program sweep;
{$mode objfpc}
uses
  cthreads, SysUtils, Classes;

type
  TAdder = class(TThread)
    procedure Execute; override;
  end;

var
  total: Integer = 0;
threadvar
  mine: Integer;

procedure TAdder.Execute;
begin
  mine := mine + 3;
  InterlockedExchangeAdd(total, mine);
end;

var
  adders: array[1..4] of TAdder;
  i: Integer;
  list: TStringList;
  nowhere: ^Integer = nil;
begin
  list := TStringList.Create;
  list.Sorted := True;
  list.CommaText := 'whale,sea,ship';
  for i := 0 to list.Count - 1 do
    WriteLn(list[i]);
  list.Free;
  for i := 1 to 4 do
    adders[i] := TAdder.Create(False);
  for i := 1 to 4 do
  begin
    adders[i].WaitFor;
    adders[i].Free;
  end;
  WriteLn('total ', total, ' mine ', mine);
  try
    WriteLn(nowhere^);
  except
    on e: EAccessViolation do
      WriteLn('caught ', e.ClassName);
  end;
  try
    StrToInt('no number');
  except
    on e: EConvertError do
      WriteLn(e.Message);
  end;
  WriteLn(Format('%8.3f|%s', [2.5, 'text']), ' ', ParamCount);
  Halt(7);
end.
