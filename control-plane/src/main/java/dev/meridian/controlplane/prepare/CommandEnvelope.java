package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.proto.log.Command;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** What every command carries beside its operation. */
record CommandEnvelope(LongSupplier revision, InstantSource clock, Duration linkLife) {

  Command seal(Command.Builder operation, ByteString id, String principal) {
    return operation
        .setId(id)
        .setPrincipal(principal)
        .setPreparedRevision(revision.getAsLong())
        .setWallTimeMs(clock.millis())
        .setLinkLifeMs(linkLife.toMillis())
        .build();
  }
}
