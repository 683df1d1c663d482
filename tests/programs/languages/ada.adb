-- packages: gnat
-- needs: gnatmake
-- build: cp $source ada_program.adb && gnatmake -q -O1 ada_program.adb -o native
with Ada.Text_IO; use Ada.Text_IO;
with Ada.Command_Line;
with Ada.Exceptions; use Ada.Exceptions;
with Ada.Finalization;
with Ada.Containers.Vectors;
with Ada.Calendar;

procedure Ada_Program is
   package Integers is new Ada.Containers.Vectors (Positive, Integer);

   type Noisy is new Ada.Finalization.Controlled with null record;
   overriding procedure Finalize (Object : in out Noisy);
   overriding procedure Finalize (Object : in out Noisy) is
   begin
      Put_Line ("finalized");
   end Finalize;

   protected Counter is
      procedure Add (N : Integer);
      function Value return Integer;
   private
      Total : Integer := 0;
   end Counter;
   protected body Counter is
      procedure Add (N : Integer) is
      begin
         Total := Total + N;
      end Add;
      function Value return Integer is (Total);
   end Counter;

   Numbers : Integers.Vector;
   Index   : Integer := 1000;
begin
   for I in 1 .. 10 loop
      Numbers.Append (I * I);
   end loop;
   Put_Line ("last" & Integer'Image (Numbers.Last_Element));
   declare
      task type Adder (N : Integer);
      task body Adder is
      begin
         delay 0.01;
         Counter.Add (N);
      end Adder;
      A : Adder (1);
      B : Adder (2);
      C : Adder (3);
   begin
      null;
   end;
   Put_Line ("sum" & Integer'Image (Counter.Value));
   declare
      Object : Noisy;
      pragma Unreferenced (Object);
   begin
      Put_Line (Integer'Image (Numbers (Index)));
   exception
      when E : others =>
         Put_Line ("caught " & Exception_Name (E));
   end;
   declare
      type Pointer is access all Integer;
      Nowhere : Pointer;
   begin
      Put_Line (Integer'Image (Nowhere.all));
   exception
      when Constraint_Error =>
         Put_Line ("null was checked");
   end;
   Put_Line ("arguments" & Integer'Image (Ada.Command_Line.Argument_Count));
   Ada.Command_Line.Set_Exit_Status (7);
end Ada_Program;
