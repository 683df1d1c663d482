(* packages: ocaml-nox
   needs: ocamlopt
   build: cp $source program.ml && ocamlopt -I +unix -I +threads unix.cmxa threads.cmxa str.cmxa program.ml -o native *)
exception Found of int

module Words = Map.Make (String)

let count text =
  List.fold_left
    (fun m w -> Words.update w (fun n -> Some (1 + Option.value n ~default:0)) m)
    Words.empty
    (Str.split (Str.regexp " +") text)

let () =
  Words.iter (Printf.printf "%s %d\n") (count "the whale and  the sea");
  (try List.iter (fun n -> if n * n > 50 then raise (Found n)) [ 1; 5; 8; 9 ]
   with Found n -> Printf.printf "found %d\n" n);
  let total = ref 0 and lock = Mutex.create () in
  let add n =
    Mutex.lock lock;
    total := !total + n;
    Mutex.unlock lock
  in
  List.iter Thread.join (List.map (Thread.create add) [ 1; 2; 3 ]);
  Printf.printf "total %d\n%!" !total;
  let rec deep n = if n = 0 then 0 else 1 + deep (n - 1) in
  Printf.printf "deep %d\n" (deep 100000);
  for _ = 1 to 100 do
    ignore (Array.make 100000 0.5)
  done;
  Gc.full_major ();
  (try ignore (1 / (Array.length Sys.argv - 1)) with Division_by_zero -> print_endline "divided");
  (match Unix.fork () with
  | 0 -> Unix._exit 3
  | child -> (
      match snd (Unix.waitpid [] child) with
      | Unix.WEXITED n -> Printf.printf "child %d\n" n
      | _ -> print_endline "no status"));
  at_exit (fun () -> print_endline "at exit");
  exit 7
