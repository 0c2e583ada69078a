package dev.meridian.node.blobs.file;

import java.io.PrintStream;
import java.nio.file.Path;

/** Takes hold of a session's file and keeps it until it is killed. */
final class HoldingProcess {

  private HoldingProcess() {}

  public static void main(String[] args) throws Exception {
    FileHold hold = FileHold.take(Path.of(args[0])).orElseThrow();
    new PrintStream(System.out, true).println("held");
    Thread.currentThread().join();
    hold.close();
  }
}
