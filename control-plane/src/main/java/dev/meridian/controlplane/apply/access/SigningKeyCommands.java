package dev.meridian.controlplane.apply.access;

import dev.meridian.access.TokenLife;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.store.Keys.SigningKeyKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.proto.log.AddSigningKey;
import dev.meridian.proto.store.SigningKeyRecord;
import java.time.Duration;
import java.util.List;

/** Keys that sign tokens. */
public final class SigningKeyCommands {

  /** More are never there. */
  private static final int MAX_KEYS = 8;

  /** For so long after its successor began to sign a key is kept; some nodes learn that later. */
  private static final long KEPT = TokenLife.REFRESH.plusMinutes(5).toMillis();

  private final CommandContext context;

  public SigningKeyCommands(CommandContext context) {
    this.context = context;
  }

  /**
   * Adds a key, and drops those whose tokens have all ended; or all, when it is to revoke them.
   * Refused while the newest one does not sign yet, and while too many are still needed.
   */
  public Outcome add(AddSigningKey command) {
    List<Row<SigningKeyKey, SigningKeyRecord>> keys =
        context.rows().scan(Tables.SIGNING_KEYS, Tables.SIGNING_KEYS.all(), MAX_KEYS);
    if (command.getRevoke()) {
      return replace(keys, command);
    }
    if (!keys.isEmpty() && keys.getLast().value().getActiveFromMs() > context.now()) {
      return Accounts.invalid(
          "signing key "
              + keys.getLast().key().id()
              + " was added a moment ago and signs from "
              + seconds(keys.getLast().value().getActiveFromMs() - context.now())
              + " s on: expected no other until then",
          keys.getLast().key().id());
    }
    int ended = ended(keys);
    if (keys.size() - ended >= MAX_KEYS) {
      return Accounts.invalid(
          keys.size()
              + " signing keys are there, and tokens of the oldest, "
              + keys.getFirst().key().id()
              + ", may be good for another "
              + Duration.ofMillis(ending(keys.get(1)) - context.now()).toHours()
              + " h: expected no other key until then, or one that revokes them all",
          keys.getFirst().key().id());
    }
    return replace(keys.subList(0, ended), command);
  }

  /** How many of the oldest have signed no token that is still good. */
  private int ended(List<Row<SigningKeyKey, SigningKeyRecord>> keys) {
    int ended = 0;
    while (ended + 1 < keys.size() && ending(keys.get(ended + 1)) <= context.now()) {
      ended++;
    }
    return ended;
  }

  /** Cluster time from which on the key before this one is not needed. */
  private static long ending(Row<SigningKeyKey, SigningKeyRecord> successor) {
    return successor.value().getActiveFromMs() + KEPT;
  }

  private Outcome replace(
      List<Row<SigningKeyKey, SigningKeyRecord>> dropped, AddSigningKey command) {
    dropped.forEach(old -> context.rows().delete(Tables.SIGNING_KEYS, old.key()));
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

  private static long seconds(long millis) {
    return (millis + 999) / 1_000;
  }
}
