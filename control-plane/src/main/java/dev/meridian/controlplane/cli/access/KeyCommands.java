package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.RotateSigningKeyReply;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import picocli.CommandLine.Command;

/** The keys that sign tokens. */
@Command(name = "key", description = "The keys that sign tokens: rotate.")
public final class KeyCommands {

  private final Invocation invocation;

  public KeyCommands(Invocation invocation) {
    this.invocation = invocation;
  }

  @Command(
      name = "rotate",
      description =
          "Adds a key, which signs in ten minutes, when all regions know it. The one before stays"
              + " good for tokens that it has signed; older ones are dropped.")
  void rotate() {
    RotateSigningKeyReply reply =
        invocation
            .client(Invocation.COMMAND)
            .command(
                AccessServiceGrpc::newBlockingV2Stub,
                "another one is refused for ten minutes then",
                (stub, id) ->
                    stub.rotateSigningKey(
                        RotateSigningKeyRequest.newBuilder().setCommandId(id).build()));
    invocation
        .printer()
        .done(
            "key " + reply.getKeyId() + " signs in ten minutes",
            Item.of(text("key_id", reply.getKeyId()), count("revision", reply.getRevision())));
  }
}
