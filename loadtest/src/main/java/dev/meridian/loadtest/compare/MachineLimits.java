package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.report.Limit;
import dev.meridian.loadtest.report.Spread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What bounds pushes to files on this machine: hashing by one processor, and writing. */
final class MachineLimits {

  private static final int TIMES = 3;
  private static final double MEGABYTE = 1e6;
  private static final int PIECE = 1 << 20;
  private static final int PIECES = 256;

  private MachineLimits() {}

  /** Measures them. Without {@code openssl} there is no limit of hashing. */
  static List<Limit> measure(Path directory) throws IOException {
    List<Limit> limits = new ArrayList<>();
    hash().ifPresent(limits::add);
    List<Double> speeds = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      speeds.add(write(directory));
    }
    limits.add(new Limit("writing 268 MB to a new file and syncing it", Spread.of(speeds)));
    return limits;
  }

  private static Optional<Limit> hash() throws IOException {
    List<Double> speeds = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      Optional<Double> speed = opensslSpeed();
      if (speed.isEmpty()) {
        return Optional.empty();
      }
      speeds.add(speed.get());
    }
    return Optional.of(new Limit("SHA-256 by one processor (openssl speed)", Spread.of(speeds)));
  }

  private static Optional<Double> opensslSpeed() throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "openssl", "speed", "-mr", "-seconds", "1", "-bytes", "16384", "-evp", "sha256")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return Optional.empty(); // it is not installed
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw Pause.interrupted(e);
    }
    // +F:25:sha256:1416260266.67
    return output
        .lines()
        .filter(line -> line.startsWith("+F:"))
        .map(line -> line.substring(line.lastIndexOf(':') + 1))
        .map(bytes -> Double.parseDouble(bytes) / MEGABYTE)
        .findFirst();
  }

  private static double write(Path directory) throws IOException {
    byte[] piece = new byte[PIECE];
    new SplittableRandom(1).nextBytes(piece);
    Path file = directory.resolve("limit");
    long start = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < PIECES; i++) {
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Files.delete(file);
    return (double) PIECES * PIECE / MEGABYTE / seconds;
  }
}
