# packages: nim
# needs: nim
# build: cp $source program.nim && nim c --verbosity:0 --hints:off --nimcache:cache --threads:on --passL:-fuse-ld=bfd -o:native program.nim
import std/[algorithm, sequtils, strutils, tables]

type Animal = ref object of RootObj
type Whale = ref object of Animal

method name(a: Animal): string {.base.} = "animal"
method name(w: Whale): string = "whale"

var mine {.threadvar.}: int
var results: array[4, int]

proc run(n: int) {.thread.} =
  mine += n
  results[n] = mine

var threads: array[4, Thread[int]]
for i in 0 .. 3:
  createThread(threads[i], run, i)
joinThreads(threads)
echo results
echo Animal(Whale()).name
var counts = initCountTable[string]()
for word in "the whale and the sea".split:
  counts.inc word
echo toSeq(counts.pairs).sorted
try:
  discard parseInt("no number")
except ValueError as e:
  echo "caught ", e.msg
for i in 1 .. 100:
  discard newSeq[int](100_000)
GC_fullCollect()
quit 7
