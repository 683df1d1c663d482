// packages: valac libglib2.0-dev
// needs: valac pkg-config
// build: cp $source program.vala && valac -o native program.vala
abstract class Animal : Object {
    public signal void called(string name);
    public abstract string name();
    public void call() { called(name()); }
}

class Whale : Animal {
    public override string name() { return "whale"; }
}

errordomain Trouble { STORM }

int risky(int n) throws Trouble {
    if (n > 2) throw new Trouble.STORM("a storm at %d", n);
    return n;
}

int main(string[] args) {
    Animal animal = (Animal) Object.new(Type.from_name("Whale") != 0 ? Type.from_name("Whale") : typeof(Whale));
    animal.called.connect((n) => print("%s calls\n", n));
    animal.call();
    var counts = new HashTable<string, int>(str_hash, str_equal);
    foreach (var word in "the whale and the sea".split(" ")) counts[word] = counts[word] + 1;
    print("%u words, %d\n", counts.size(), counts["the"]);
    try { risky(1); risky(3); } catch (Trouble e) { print("%s\n", e.message); }
    return 7;
}
