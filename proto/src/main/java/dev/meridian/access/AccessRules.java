package dev.meridian.access;

import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.util.function.Supplier;

/** Decides who may do what. Denials win; what nothing allows is refused. */
public final class AccessRules {

  private AccessRules() {}

  /**
   * Whether somebody may do something with a repository, which need not exist.
   *
   * @param region whose edge took the request
   */
  public static AccessDecision decide(
      Identity identity,
      RepositoryName repository,
      Visibility visibility,
      Action action,
      RegionId region) {
    return decide(identity, repository, () -> visibility, action, region);
  }

  /**
   * The same.
   *
   * @param visibility of the repository; asked for only when no grant decides
   */
  public static AccessDecision decide(
      Identity identity,
      RepositoryName repository,
      Supplier<Visibility> visibility,
      Action action,
      RegionId region) {
    Grant granted = null;
    for (Grant grant : identity.grants()) {
      if (grant.applies(repository, action, region)) {
        if (grant.deny()) {
          return new AccessDecision.Denied(grant);
        }
        granted = grant;
      }
    }
    if (granted != null) {
      return new AccessDecision.Granted(granted);
    }
    Visibility known = visibility.get();
    return action == Action.PULL && isOpen(known, identity)
        ? new AccessDecision.Visible(known)
        : new AccessDecision.NotGranted(known);
  }

  /** Whether somebody administers all repositories of a pattern. */
  public static boolean administers(Identity identity, RepositoryPattern pattern, RegionId region) {
    boolean granted = false;
    for (Grant grant : identity.grants()) {
      if (grant.includes(Action.ADMIN) && grant.holdsIn(region)) {
        if (grant.deny() && grant.pattern().overlaps(pattern)) {
          return false;
        }
        granted |= !grant.deny() && grant.pattern().covers(pattern);
      }
    }
    return granted;
  }

  private static boolean isOpen(Visibility visibility, Identity identity) {
    return switch (visibility) {
      case PUBLIC -> true;
      case INTERNAL -> identity.isAuthenticated();
      case PRIVATE -> false;
    };
  }
}
