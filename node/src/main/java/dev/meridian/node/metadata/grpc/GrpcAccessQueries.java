package dev.meridian.node.metadata.grpc;

import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.Identity;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.access.Visibility;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.AccessQueries;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.grpc.EndpointSelector.Need;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.GetAccountRequest;
import dev.meridian.proto.metadata.GetVisibilityRequest;
import dev.meridian.secrets.PasswordHash;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** Questions of access over gRPC. */
final class GrpcAccessQueries implements AccessQueries {

  private final MetadataCalls calls;
  private final Duration deadline;

  GrpcAccessQueries(MetadataCalls calls, Duration deadline) {
    this.calls = calls;
    this.deadline = deadline;
  }

  @Override
  public Optional<Account> account(String name, long revision) {
    GetAccountRequest request =
        GetAccountRequest.newBuilder()
            .setRead(QueryMessages.options(Freshness.LOCAL.atLeast(revision), 0))
            .setName(name)
            .build();
    try {
      return Optional.of(
          account(
              calls
                  .call("account", Need.REPLICA, deadline, stub -> stub.getAccount(request))
                  .getAccount()));
    } catch (MetadataRejectedException e) {
      if (e.reason() == Reason.ACCOUNT_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Visibility visibility(RepositoryName repository, long revision) {
    GetVisibilityRequest request =
        GetVisibilityRequest.newBuilder()
            .setRead(QueryMessages.options(Freshness.LOCAL.atLeast(revision), 0))
            .setRepository(repository.value())
            .build();
    return switch (calls
        .call(
            "visibility of " + repository,
            Need.REPLICA,
            deadline,
            stub -> stub.getVisibility(request))
        .getVisibility()) {
      case PUBLIC -> Visibility.PUBLIC;
      case INTERNAL -> Visibility.INTERNAL;
      // What a newer plane means by another value is not known: nothing is opened.
      case PRIVATE, VISIBILITY_UNSPECIFIED, UNRECOGNIZED -> Visibility.PRIVATE;
    };
  }

  @Override
  public long currentRevision(Duration longest) {
    CheckQuorumRequest request = CheckQuorumRequest.getDefaultInstance();
    return calls
        .call("quorum", Need.QUORUM, longest, stub -> stub.checkQuorum(request))
        .getRevision();
  }

  private static Account account(dev.meridian.proto.metadata.Account message) {
    return new Account(
        new Identity(
            new Principal(message.getName()),
            message.getGrantsList().stream().map(GrpcAccessQueries::grant).toList()),
        message.getDisabled(),
        message.getExpiresMs() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(message.getExpiresMs())),
        message.getPasswordHash().isEmpty()
            ? Optional.empty()
            : Optional.of(PasswordHash.parse(message.getPasswordHash())),
        message.getSecretHashesList().stream().map(hash -> hash.toByteArray()).toList(),
        Instant.ofEpochMilli(message.getLastUsedMs()),
        message.getCredentialsRevision());
  }

  private static Grant grant(dev.meridian.proto.metadata.Grant message) {
    return new Grant(
        Subject.parse(message.getSubject()),
        RepositoryPattern.parse(message.getPattern()),
        message.getDeny(),
        message.getActionsList().stream().map(Action::parse).collect(Collectors.toSet()),
        message.getRegionsList().stream().map(RegionId::parse).collect(Collectors.toSet()));
  }
}
