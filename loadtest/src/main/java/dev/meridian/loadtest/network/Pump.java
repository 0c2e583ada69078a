package dev.meridian.loadtest.network;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Carries what one socket sends over a link to another socket, in order, the end too. */
final class Pump {

  private static final int PIECE = 32 << 10;

  /** Beyond this the sender is not read, as when a window of TCP is full. */
  private static final int MOST_PIECES_UNDER_WAY = 128;

  private final Socket from;
  private final Socket to;
  private final Link link;
  private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(MOST_PIECES_UNDER_WAY);

  /** Bytes with the time at which they were sent; none: the sender has ended. */
  private record Piece(byte[] bytes, long sent) {
    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  Pump(Socket from, Socket to, Link link) {
    this.from = from;
    this.to = to;
    this.link = link;
  }

  /** Reads until the sender ends; to be run by one thread. */
  Void send() throws InterruptedException {
    byte[] buffer = new byte[PIECE];
    while (true) {
      int count;
      try {
        count = from.getInputStream().read(buffer);
      } catch (IOException e) {
        count = -1; // a sender that was killed has ended too
      }
      Piece piece = new Piece(Arrays.copyOf(buffer, Math.max(0, count)), System.nanoTime());
      underWay.put(piece);
      if (piece.isEnd()) {
        return null;
      }
    }
  }

  /** Writes until the end has arrived; to be run by one thread. */
  Void receive() throws InterruptedException {
    while (true) {
      Piece piece = underWay.take();
      link.travel(piece.sent());
      arrive(piece);
      if (piece.isEnd()) {
        return null;
      }
    }
  }

  private void arrive(Piece piece) {
    try {
      if (piece.isEnd()) {
        to.shutdownOutput();
      } else {
        to.getOutputStream().write(piece.bytes());
      }
    } catch (IOException e) {
      return; // the receiver is gone: the sender learns it by what comes back, not before
    }
  }
}
