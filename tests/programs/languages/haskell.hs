-- packages: ghc
-- needs: ghc
-- build: cp $source Main.hs && ghc -v0 -O1 -threaded -outputdir out Main.hs -o native
module Main (main) where

import Control.Concurrent
import Control.Exception
import Control.Monad
import Data.IORef
import qualified Data.Map as Map
import System.Environment
import System.Exit
import System.IO
import Text.Printf

primes :: [Int]
primes = sieve [2 ..] where sieve (p : xs) = p : sieve [x | x <- xs, x `mod` p /= 0]

main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  print (take 10 primes)
  let counts = Map.fromListWith (+) [(w, 1 :: Int) | w <- words "the whale and the sea"]
  forM_ (Map.toList counts) $ \(w, n) -> printf "%s %d\n" w n
  result <- try (evaluate (1 `div` (length (words "") :: Int))) :: IO (Either ArithException Int)
  print result
  total <- newMVar (0 :: Integer)
  done <- newEmptyMVar
  forM_ [1 .. 10] $ \n -> forkIO (modifyMVar_ total (return . (+ n)) >> putMVar done ())
  replicateM_ 10 (takeMVar done)
  readMVar total >>= print
  print (product [1 .. 25 :: Integer])
  counter <- newIORef (0 :: Int)
  forM_ [1 .. 100000] $ \n -> modifyIORef' counter (+ n)
  readIORef counter >>= print
  getArgs >>= print . length
  hPutStrLn stderr "to the end"
  exitWith (ExitFailure 7)
