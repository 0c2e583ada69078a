package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.RotateSigningKeyReply;
import dev.meridian.proto.admin.RotateSigningKeyRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
          "Adds a key, which signs in ten minutes, when all regions know it. Those before stay good"
              + " for the tokens that they have signed.")
  void rotate(
      @Option(
              names = "--revoke",
              description =
                  "The key signs at once and all others go: no token of before is good any more.")
          boolean revoke,
      @Option(names = "--yes", description = "Does not ask.") boolean yes) {
    if (revoke) {
      invocation.confirm(yes, "End all tokens, so that all clients log in again?");
    }
    RotateSigningKeyReply reply =
        invocation
            .client(Invocation.COMMAND)
            .command(
                AccessServiceGrpc::newBlockingV2Stub,
                "another one is refused for ten minutes then, unless it revokes",
                (stub, id) ->
                    stub.rotateSigningKey(
                        RotateSigningKeyRequest.newBuilder()
                            .setCommandId(id)
                            .setRevoke(revoke)
                            .build()));
    invocation
        .printer()
        .done(
            "key "
                + reply.getKeyId()
                + (revoke ? " signs, and all others are revoked" : " signs in ten minutes"),
            Item.of(text("key_id", reply.getKeyId()), count("revision", reply.getRevision())));
  }
}
