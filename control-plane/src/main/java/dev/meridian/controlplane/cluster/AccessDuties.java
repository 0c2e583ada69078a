package dev.meridian.controlplane.cluster;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.prepare.NewSigningKey;
import dev.meridian.controlplane.prepare.SystemCommands;
import dev.meridian.controlplane.query.AccessQueries.AccountFound;
import dev.meridian.controlplane.query.AccessQueries.Named;
import dev.meridian.controlplane.query.AccessQueries.SigningKey;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.secrets.PasswordHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does for access: sees that there is a key for tokens, and a new one in time;
 * makes the first administrator; and warns of robots that expire.
 */
public final class AccessDuties {

  private static final Logger log = LoggerFactory.getLogger(AccessDuties.class);

  private static final Duration KEY_LIFE = Duration.ofDays(30);
  private static final Duration WARNING = Duration.ofDays(7);

  private static final String ADMINISTRATOR = "admin";
  private static final int SECRET_LENGTH = 24;

  /** Nothing that is taken for something else when it is read aloud or typed. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

  /** The secret that was proposed for the first administrator, and its hash. */
  private record Proposed(String secret, PasswordHash hash) {}

  private final LiveDatabase live;
  private final SystemProposals proposals;
  private final SystemCommands commands;
  private final boolean loginsRequired;
  private final Consumer<String> announcements;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private Optional<Proposed> proposed = Optional.empty();
  private boolean founded;

  /**
   * @param announcements what is shown once, on the terminal of who starts the server, and is in no
   *     log
   */
  public AccessDuties(
      LiveDatabase live,
      SystemProposals proposals,
      SystemCommands commands,
      boolean loginsRequired,
      Consumer<String> announcements,
      InstantSource clock) {
    this.live = live;
    this.proposals = proposals;
    this.commands = commands;
    this.loginsRequired = loginsRequired;
    this.announcements = announcements;
    this.clock = clock;
  }

  /** What is looked at all the time. */
  void advance() {
    addSigningKey();
    if (loginsRequired && !founded) {
      foundAdministrator();
    }
  }

  /**
   * Shows the secret of the first administrator, if this server's proposal made it. Also without
   * the lead, which may be lost before it is known what became of the proposal.
   */
  void announce() {
    if (proposed.isPresent() && hasUser()) {
      boolean ours =
          administrator()
              .map(account -> account.getPasswordHash().equals(proposed.get().hash().value()))
              .orElse(false);
      if (ours) {
        announcements.accept(
            "The first administrator of this cluster is "
                + ADMINISTRATOR
                + ", with the password "
                + proposed.get().secret()
                + "\nIt is shown this once: log in and change it with `meridianctl user passwd "
                + ADMINISTRATOR
                + "`.");
      }
      proposed = Optional.empty();
      founded = true;
    }
  }

  /** What is looked at from time to time. */
  void warnOfExpiry() {
    long until = clock.instant().plus(WARNING).toEpochMilli();
    List<Named<AccountName, AccountRecord>> robots =
        live.query(queries -> queries.forAccess().expiringRobots(until)).value();
    for (Named<AccountName, AccountRecord> robot : robots) {
      if (proposals.propose(commands.warnOfExpiry(robot.name().value()))) {
        log.warn(
            "robot {} expires at {}, which cannot be changed: create another one for its work",
            robot.name(),
            Instant.ofEpochMilli(robot.value().getExpiresMs()));
      }
    }
  }

  private void addSigningKey() {
    List<SigningKey> keys = live.query(queries -> queries.forAccess().signingKeys()).value();
    long now = live.query(queries -> queries.clusterTimeMillis()).value();
    OptionalLong next =
        nextKey(keys.stream().mapToLong(key -> key.key().getActiveFromMs()).max(), now);
    if (next.isPresent()) {
      log.info("adding a key that signs tokens");
      proposals.propose(commands.addSigningKey(next.getAsLong()));
    }
  }

  /**
   * From when on a key signs that is to be added now; empty: none is.
   *
   * @param newest when the newest key began to sign, or will; empty when there is none
   */
  static OptionalLong nextKey(OptionalLong newest, long now) {
    if (newest.isEmpty()) {
      return OptionalLong.of(now);
    }
    return now - newest.getAsLong() >= KEY_LIFE.toMillis()
        ? OptionalLong.of(now + NewSigningKey.LEAD.toMillis())
        : OptionalLong.empty();
  }

  private void foundAdministrator() {
    if (hasUser()) {
      // Somebody else's, unless announce() finds it to be ours.
      founded = proposed.isEmpty();
      return;
    }
    if (proposed.isEmpty()) {
      String secret = secret();
      proposed = Optional.of(new Proposed(secret, PasswordHash.of(secret)));
    }
    proposals.propose(commands.foundAdministrator(ADMINISTRATOR, proposed.get().hash().value()));
    announce();
  }

  private boolean hasUser() {
    return live.query(queries -> queries.forAccess().hasUser()).value();
  }

  private Optional<AccountRecord> administrator() {
    Lookup<AccountFound> found =
        live.query(queries -> queries.forAccess().account(ADMINISTRATOR)).value();
    return switch (found) {
      case Lookup.Found<AccountFound>(AccountFound account) -> Optional.of(account.account());
      case Lookup.Missing<AccountFound> missing -> Optional.empty();
    };
  }

  private String secret() {
    StringBuilder secret = new StringBuilder();
    for (int i = 0; i < SECRET_LENGTH; i++) {
      secret.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return secret.toString();
  }
}
