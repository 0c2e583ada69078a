package dev.meridian.node.auth;

import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.access.TokenLife;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives tokens (Distribution, "Token Authentication"). Who may less than they ask gets less. */
public final class TokenService {

  /** A token with more would be too long for a header. */
  public static final int MOST_SCOPES = 50;

  /**
   * Tokens as they are given.
   *
   * @param token gives the access that {@code granted} names
   * @param refresh gets others, when it was asked for
   */
  public record Issued(
      String token, Instant issued, Duration life, List<Scope> granted, Optional<String> refresh) {}

  private final RegionId region;
  private final AccountDirectory directory;
  private final TokenIssuer issuer;
  private final InstantSource clock;
  private final Duration life;

  TokenService(
      RegionId region,
      AccountDirectory directory,
      TokenIssuer issuer,
      InstantSource clock,
      Duration life) {
    this.region = region;
    this.directory = directory;
    this.issuer = issuer;
    this.clock = clock;
    this.life = life;
  }

  /**
   * A token for what of these scopes somebody may do now.
   *
   * @param credentials that were shown: where they open nothing any more, the token is of no use
   * @param offline a token that gets others is asked for too; who is anonymous gets none
   * @return empty while the cluster has no key to sign with
   */
  public Optional<Issued> issue(
      Identity identity, Credentials credentials, List<Scope> scopes, boolean offline) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    List<Scope> granted =
        scopes.stream()
            .map(scope -> granted(identity, scope))
            .filter(scope -> !scope.actions().isEmpty())
            .toList();
    Claims claims = new Claims(identity.principal(), credentials, now.plus(life), granted);
    Optional<String> refresh =
        offline && identity.isAuthenticated()
            ? issuer.refresh(identity.principal(), credentials, now.plus(TokenLife.REFRESH))
            : Optional.empty();
    return issuer.access(claims).map(token -> new Issued(token, now, life, granted, refresh));
  }

  private Scope granted(Identity identity, Scope asked) {
    Optional<RepositoryName> repository = asked.repository();
    if (repository.isPresent()) {
      return new Scope(asked.type(), asked.name(), granted(identity, repository.get(), asked));
    }
    // Lists hold only what their reader may pull.
    boolean list = asked.type().equals("registry") && asked.name().equals("catalog");
    return new Scope(asked.type(), asked.name(), list ? asked.actions() : Set.of());
  }

  private Set<String> granted(Identity identity, RepositoryName repository, Scope asked) {
    Set<String> actions = new LinkedHashSet<>();
    for (Action action : List.of(Action.PULL, Action.PUSH, Action.DELETE)) {
      String name = Scope.nameOf(action);
      boolean wanted = asked.actions().contains(name) || asked.actions().contains("*");
      if (wanted && directory.decide(identity, repository, action, region).isAllowed()) {
        actions.add(name);
      }
    }
    return actions;
  }
}
