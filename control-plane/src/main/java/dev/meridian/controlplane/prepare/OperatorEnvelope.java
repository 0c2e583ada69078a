package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every command of an operator carries beside its operation.
 *
 * @param caller who makes the present call
 * @param region of this server
 * @param loginsRequired apply decides whether the caller may
 */
public record OperatorEnvelope(
    CommandEnvelope envelope, Supplier<Caller> caller, RegionId region, boolean loginsRequired) {

  /** Fills in the operation of a command. */
  @FunctionalInterface
  interface Operation {
    Command.Builder in(Command.Builder command) throws RefusedException;
  }

  PreparedCommand prepare(ByteString id, Operation operation) {
    try {
      Caller by = caller.get();
      return new PreparedCommand.Ready(
          envelope.seal(
              operation
                  .in(Command.newBuilder())
                  .setOrigin(AccessFields.origin(region.value(), by.address()))
                  .setAuthorise(loginsRequired)
                  .setCredentialsRevision(by.credentials()),
              RequestFields.commandId(id),
              by.principal()),
          Optional.empty());
    } catch (RefusedException e) {
      return new PreparedCommand.Refused(e.toProto());
    }
  }
}
