package dev.meridian.node.http;

import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.registry.RegistryError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Manifests are the only bodies that are held in memory: each up to 4 MiB, and all together up to a
 * bound. Memory is taken as bytes come, so that a slow client holds no more than it sent.
 */
final class ManifestBytes {

  /** Clients may push as much (OCI distribution-spec, "Pushing Manifests"). */
  private static final int LARGEST = 4 << 20;

  private static final int BLOCK = 16 << 10;
  private static final int BLOCKS = (32 << 20) / BLOCK;
  private static final long PATIENCE_SECONDS = 5;

  private final Semaphore blocks = new Semaphore(BLOCKS);

  /** Bytes of a manifest; closing gives their room back. */
  final class Held implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int taken;

    byte[] bytes() {
      return bytes.toByteArray();
    }

    private void add(byte[] block, int length) {
      bytes.write(block, 0, length);
      if (bytes.size() > LARGEST) {
        throw tooLarge();
      }
    }

    private void takeBlock() {
      try {
        if (!blocks.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw RegistryError.UNAVAILABLE
              .because("too many manifests are being pushed to this node at once")
              .with("Retry-After", "1");
        }
        taken++;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for memory", e);
      }
    }

    @Override
    public void close() {
      blocks.release(taken);
    }
  }

  /**
   * Reads the body of a request.
   *
   * @throws dev.meridian.node.registry.RegistryException when it is larger than a manifest may be,
   *     or there is no room for it now
   */
  Held read(Request request) throws IOException {
    if (request.contentLength().orElse(0) > LARGEST) {
      throw tooLarge();
    }
    Held held = new Held();
    try {
      byte[] block = new byte[BLOCK];
      int count;
      do {
        held.takeBlock();
        count = request.body().readNBytes(block, 0, BLOCK);
        held.add(block, count);
      } while (count == BLOCK);
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private static RuntimeException tooLarge() {
    return RegistryError.MANIFEST_TOO_LARGE.because(
        "the manifest is larger than " + LARGEST + " bytes");
  }
}
