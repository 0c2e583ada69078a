package dev.meridian.controlplane.apply;

import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.Origin;
import dev.meridian.proto.log.Visibility;
import java.util.List;
import java.util.Random;

/** Commands of access over few names, and who asks for commands of all kinds. */
final class RandomAccess {

  private static final List<String> USERS = List.of("alice", "bob", "zoe");
  private static final List<String> ROBOTS = List.of("robot.ci", "robot.cd");
  private static final List<String> GROUPS = List.of("dev", "ops");
  private static final List<String> PATTERNS = List.of("*", "demo/*", "demo/app", "tools");
  private static final List<String> ACTIONS =
      List.of("pull", "pull,push,tag-create", "pull,push,tag-create,tag-update", "admin", "admin");
  private static final List<String> RULED = List.of("demo/*", "tools");
  private static final List<String> TAGS = List.of("v1", "d*");
  private static final List<String> PREFIXES = List.of("", "demo", "tools");
  private static final List<String> SECRETS = List.of("first", "second", "third");

  private final Random random;

  RandomAccess(Random random) {
    this.random = random;
  }

  /** Asked for by somebody, whose rights are sometimes looked at, or by a server. */
  Command.Builder asked(Command.Builder command) {
    if (random.nextInt(4) == 0) {
      return command.setPrincipal("system:us-east");
    }
    return command
        .setPrincipal(random.nextInt(10) == 0 ? "" : account())
        .setAuthorise(random.nextInt(6) == 0)
        .setOrigin(
            Origin.newBuilder()
                .setRegion(random.nextInt(10) == 0 ? "eu-west" : "us-east")
                .setAddress("192.0.2." + random.nextInt(9)));
  }

  Command.Builder operation() {
    return switch (random.nextInt(35)) {
      case 0 -> AccessOperations.foundAdministrator("admin");
      case 1, 2, 3 -> AccessOperations.createUser(pick(USERS));
      case 4 -> AccessOperations.changePassword(account(), "hash " + random.nextInt(9));
      case 5, 6 -> AccessOperations.createRobot(pick(ROBOTS), random.nextInt(3) * 1_000_000L);
      case 7, 8 -> AccessOperations.addRobotSecret(pick(ROBOTS), pick(SECRETS));
      case 9, 10 -> AccessOperations.removeRobotSecret(pick(ROBOTS), pick(SECRETS));
      case 11 -> AccessOperations.disable(account(), random.nextInt(3) == 0);
      case 12 -> AccessOperations.deleteAccount(account());
      case 13 -> AccessOperations.noteUse(account());
      case 14 -> AccessOperations.warnOfExpiry(account());
      case 15, 16 -> AccessOperations.createGroup(pick(GROUPS));
      case 17 -> AccessOperations.deleteGroup(pick(GROUPS));
      case 18, 19, 20 -> AccessOperations.member(pick(GROUPS), account(), random.nextInt(3) > 0);
      case 21, 22, 23, 24 ->
          AccessOperations.grant(
              subject(), pick(ACTIONS), pick(PATTERNS), random.nextInt(8) == 0, regions());
      case 25 -> AccessOperations.deleteGrant(subject(), pick(PATTERNS), random.nextInt(4) == 0);
      case 26 ->
          AccessOperations.visibility(pick(PREFIXES), Visibility.forNumber(1 + random.nextInt(3)));
      case 27 -> AccessOperations.deleteVisibility(pick(PREFIXES));
      case 28, 29, 30 ->
          random.nextInt(5) == 0
              ? AccessOperations.tagRule(pick(RULED), pick(TAGS))
              : AccessOperations.deleteTagRule(pick(RULED), pick(TAGS));
      case 31, 32 ->
          AccessOperations.deleteGrant(account(), pick(PATTERNS), random.nextInt(8) == 0);
      case 33 -> signingKey();
      case 34 -> AccessOperations.noteEvent("backup.create", "us-east");
      default -> throw new IllegalStateException("no such operation");
    };
  }

  private Command.Builder signingKey() {
    String id = "key" + random.nextInt(9);
    return random.nextInt(4) == 0
        ? AccessOperations.revokeSigningKeys(id, 0)
        : AccessOperations.addSigningKey(id, random.nextLong(500_000));
  }

  private String[] regions() {
    return random.nextInt(5) == 0 ? new String[] {"us-east"} : new String[0];
  }

  private String subject() {
    return switch (random.nextInt(6)) {
      case 0 -> "group:anyone";
      case 1 -> "group:authenticated";
      case 2 -> "group:" + pick(GROUPS);
      default -> account();
    };
  }

  private String account() {
    return switch (random.nextInt(8)) {
      case 0 -> "admin";
      case 1, 2, 3 -> pick(ROBOTS);
      default -> pick(USERS);
    };
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }
}
