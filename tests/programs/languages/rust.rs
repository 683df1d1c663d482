// packages: rustc
// needs: rustc
// varies: \(\d+\) panicked
// build: rustc -O -C linker=cc -C link-arg=-fuse-ld=bfd $source -o native
use std::collections::{BTreeMap, HashMap};
use std::sync::{mpsc, Arc, Mutex};
use std::{env, panic, process, thread};

thread_local!(static MINE: std::cell::Cell<i32> = const { std::cell::Cell::new(5) });

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("{} dropped", self.0);
    }
}

fn main() {
    let _first = Noisy("first");
    let total = Arc::new(Mutex::new(0));
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let total = Arc::clone(&total);
            thread::spawn(move || {
                MINE.with(|m| m.set(m.get() + n));
                *total.lock().unwrap() += MINE.with(|m| m.get());
            })
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
    println!("total {} mine {}", total.lock().unwrap(), MINE.with(|m| m.get()));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || (0..5).for_each(|n| sender.send(n * n).unwrap()));
    println!("{:?}", receiver.iter().collect::<Vec<_>>());
    let mut counts = BTreeMap::new();
    for word in "the whale and the sea".split(' ') {
        *counts.entry(word).or_insert(0) += 1;
    }
    println!("{counts:?} {}", HashMap::from([(1, "one")])[&1]);
    let result = panic::catch_unwind(|| {
        let _inner = Noisy("inner");
        let empty: Vec<i32> = Vec::new();
        empty[env::args().count() + 3]
    });
    println!("caught {} arguments {}", result.is_err(), env::args().len());
    process::exit(7);
}
