package dev.meridian.controlplane.apply.access;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Keys.SigningKeyKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.AddSigningKey;
import dev.meridian.proto.store.SigningKeyRecord;
import java.util.List;

/** Keys that sign tokens. */
public final class SigningKeyCommands {

  /** More are never there. */
  private static final int KEPT = 2;

  private final CommandContext context;

  public SigningKeyCommands(CommandContext context) {
    this.context = context;
  }

  /**
   * Keeps the new key and the one before. Refused while that one does not sign yet: the only key
   * that does would go.
   */
  public Outcome add(AddSigningKey command) {
    List<Row<SigningKeyKey, SigningKeyRecord>> keys =
        context.rows().scan(Tables.SIGNING_KEYS, Tables.SIGNING_KEYS.all(), KEPT + 1);
    if (!keys.isEmpty() && keys.getLast().value().getActiveFromMs() > context.now()) {
      return Accounts.invalid(
          "signing key "
              + keys.getLast().key().id()
              + " was added a moment ago and signs from "
              + (keys.getLast().value().getActiveFromMs() - context.now() + 999) / 1_000
              + " s on: expected no other until then",
          keys.getLast().key().id());
    }
    keys.stream()
        .limit(Math.max(0, keys.size() - KEPT + 1))
        .forEach(old -> context.rows().delete(Tables.SIGNING_KEYS, old.key()));
    context
        .rows()
        .put(
            Tables.SIGNING_KEYS,
            new SigningKeyKey(context.revision(), command.getId()),
            SigningKeyRecord.newBuilder()
                .setPrivateKey(command.getPrivateKey())
                .setPublicKey(command.getPublicKey())
                .setActiveFromMs(command.getActiveFromMs())
                .setCreatedMs(context.wallTimeMillis())
                .build());
    return Outcome.ACCEPTED;
  }
}
