package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.proto.log.Command;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What every command carries beside its operation.
 *
 * @param revision the store's present one
 * @param linkLife how long a link that no manifest references lives, in cluster time
 * @param tagHistory how many changes of a tag are kept at least, 1 to {@link #MAX_TAG_HISTORY}
 */
public record CommandEnvelope(
    LongSupplier revision, InstantSource clock, Duration linkLife, int tagHistory) {

  /** A command that trims a history reads all of it. */
  public static final int MAX_TAG_HISTORY = 10_000;

  public CommandEnvelope {
    if (tagHistory < 1 || tagHistory > MAX_TAG_HISTORY) {
      throw new IllegalArgumentException(
          "tags.history is " + tagHistory + ": expected 1 to " + MAX_TAG_HISTORY);
    }
  }

  /** An id that no other command has. */
  static ByteString freshId() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip();
    return ByteString.copyFrom(bytes);
  }

  Command seal(Command.Builder operation, ByteString id, String principal) {
    return seal(operation, id, principal, Long.MAX_VALUE);
  }

  /**
   * @param madeAt a revision that had been applied somewhere when the command was made
   */
  Command seal(Command.Builder operation, ByteString id, String principal, long madeAt) {
    return operation
        .setId(id)
        .setPrincipal(principal)
        .setPreparedRevision(Math.min(revision.getAsLong(), madeAt))
        .setWallTimeMs(clock.millis())
        .setLinkLifeMs(linkLife.toMillis())
        .setTagHistoryDepth(tagHistory)
        .build();
  }
}
