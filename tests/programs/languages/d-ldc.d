// packages: ldc
// needs: ldc2
// build: cp $source program.d && ldc2 -O1 program.d -of=native
import core.memory : GC;
import core.thread;
import std.algorithm, std.array, std.conv, std.range, std.stdio, std.string;

int perThread = 5;
__gshared int shared_ = 6;

shared static this() {
    writeln("module constructor");
}

shared static ~this() {
    writeln("module destructor");
}

class Animal {
    string name() {
        return "animal";
    }
}

class Whale : Animal {
    override string name() {
        return "whale";
    }
}

int main(string[] args) {
    Animal animal = cast(Animal) Object.factory(__MODULE__ ~ ".Whale");
    writeln(animal is null ? "no factory" : animal.name);
    writeln(iota(10).filter!(n => n % 2).map!(n => n * n).array);
    int[string] counts;
    foreach (word; "the whale and the sea".split) {
        counts[word]++;
    }
    writeln(counts.keys.sort.map!(k => k ~ " " ~ counts[k].to!string).join(", "));
    try {
        "no number".to!int;
    } catch (ConvException e) {
        writeln("caught ", typeid(e).name);
    }
    auto thread = new Thread({ perThread++; shared_ += perThread; });
    thread.start();
    thread.join();
    writeln(perThread, " ", shared_);
    auto kept = new int[1000];
    kept[999] = 3;
    foreach (i; 0 .. 100) {
        new ubyte[100_000];
        GC.collect();
    }
    writeln(kept[999], " ", args.length);
    return 7;
}
