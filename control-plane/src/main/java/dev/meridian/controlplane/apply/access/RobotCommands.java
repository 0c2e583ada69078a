package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.proto.log.AddRobotSecret;
import dev.meridian.proto.log.CreateRobot;
import dev.meridian.proto.log.RemoveRobotSecret;
import dev.meridian.proto.log.RobotSecret;
import dev.meridian.proto.log.WarnOfExpiry;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.SecretRecord;
import java.util.ArrayList;
import java.util.List;

/** Robots and their secrets. */
public final class RobotCommands {

  /** One in use, and one that takes its place. */
  static final int MAX_SECRETS = 2;

  private final CommandContext context;
  private final Accounts accounts;

  public RobotCommands(CommandContext context) {
    this.context = context;
    this.accounts = new Accounts(context);
  }

  public Outcome create(CreateRobot command) {
    AccountName name = AccountName.parse(command.getName());
    if (!name.isRobot()) {
      return notARobot(name);
    }
    return accounts.create(
        name,
        AccountRecord.newBuilder()
            .setDescription(command.getDescription())
            .setExpiresMs(command.getExpiresMs())
            .addSecrets(secret(command.getSecret())));
  }

  public Outcome addSecret(AddRobotSecret command) {
    return accounts.on(
        command.getName(),
        (name, account) -> {
          if (!name.isRobot()) {
            return notARobot(name);
          }
          if (account.getSecretsCount() >= MAX_SECRETS) {
            return Accounts.invalid(
                "robot "
                    + name
                    + " has two secrets, "
                    + ids(account)
                    + ": expected that one is revoked first",
                name.value());
          }
          if (ids(account).contains(command.getSecret().getId())) {
            return Accounts.invalid(
                "robot " + name + " has a secret " + command.getSecret().getId() + " already",
                name.value());
          }
          accounts.put(name, account.toBuilder().addSecrets(secret(command.getSecret())).build());
          return Outcome.ACCEPTED;
        });
  }

  /** What was proved with the other one still counts: nodes look for the one that was shown. */
  public Outcome removeSecret(RemoveRobotSecret command) {
    return accounts.on(
        command.getName(),
        (name, account) -> {
          List<SecretRecord> left = new ArrayList<>(account.getSecretsList());
          if (!left.removeIf(secret -> secret.getId().equals(command.getId()))) {
            return Accounts.invalid(
                "account "
                    + name
                    + " has no secret "
                    + command.getId()
                    + ": expected one of "
                    + ids(account),
                command.getId());
          }
          accounts.put(name, account.toBuilder().clearSecrets().addAllSecrets(left).build());
          return Outcome.ACCEPTED;
        });
  }

  /** Once, however often it is asked for. */
  public Outcome warn(WarnOfExpiry command) {
    return accounts.on(
        command.getName(),
        (name, account) -> {
          if (account.getExpiresMs() != 0 && !account.getExpiryWarned()) {
            accounts.put(name, account.toBuilder().setExpiryWarned(true).build());
          }
          return Outcome.ACCEPTED;
        });
  }

  private SecretRecord secret(RobotSecret secret) {
    return SecretRecord.newBuilder()
        .setId(secret.getId())
        .setHash(secret.getHash())
        .setCreatedMs(context.wallTimeMillis())
        .build();
  }

  private static List<String> ids(AccountRecord account) {
    return account.getSecretsList().stream().map(SecretRecord::getId).toList();
  }

  private static Outcome notARobot(AccountName name) {
    return Accounts.invalid(
        name + " is no robot: expected a name that begins with " + AccountName.ROBOT_PREFIX,
        name.value());
  }
}
