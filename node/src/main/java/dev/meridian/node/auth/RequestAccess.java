package dev.meridian.node.auth;

import dev.meridian.access.Action;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataClient.Reader;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * What a request may do beside what it was let in for.
 *
 * @param caller from whom it is
 * @param reader whose eyes lists are seen with; empty: they show everything
 * @param rule whether it may do something with a repository
 */
public record RequestAccess(
    Caller caller, Optional<Reader> reader, BiPredicate<RepositoryName, Action> rule) {

  /** Whether it may. */
  public boolean allows(RepositoryName repository, Action action) {
    return rule.test(repository, action);
  }
}
