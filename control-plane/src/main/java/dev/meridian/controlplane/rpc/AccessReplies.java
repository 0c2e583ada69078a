package dev.meridian.controlplane.rpc;

import com.google.protobuf.ByteString;
import dev.meridian.access.Action;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.AccessQueries.AccountFound;
import dev.meridian.controlplane.query.AccessQueries.Readable;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.metadata.Account;
import dev.meridian.proto.metadata.GetAccountReply;
import dev.meridian.proto.metadata.GetVisibilityReply;
import dev.meridian.proto.metadata.Grant;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.SecretRecord;
import java.util.List;

/** What was found of access, as it travels to nodes. */
final class AccessReplies {

  private AccessReplies() {}

  static GetAccountReply account(Answer<AccountFound> answer) {
    AccountRecord account = answer.value().account();
    List<ByteString> secrets =
        account.getSecretsList().stream().map(SecretRecord::getHash).toList();
    return GetAccountReply.newBuilder()
        .setRevision(answer.revision())
        .setAccount(
            Account.newBuilder()
                .setName(answer.value().name())
                .setDisabled(account.getDisabled())
                .setExpiresMs(account.getExpiresMs())
                .setPasswordHash(account.getPasswordHash())
                .addAllSecretHashes(secrets)
                .addAllGroups(account.getGroupsList())
                .addAllGrants(answer.value().grants().stream().map(AccessReplies::grant).toList())
                .setLastUsedMs(account.getLastUsedMs())
                .setCredentialsRevision(account.getCredentialsRevision()))
        .build();
  }

  private static Grant grant(dev.meridian.access.Grant grant) {
    return Grant.newBuilder()
        .setSubject(grant.subject().value())
        .setPattern(grant.pattern().value())
        .setDeny(grant.deny())
        .addAllActions(grant.actions().stream().sorted().map(Action::toString).toList())
        .addAllRegions(grant.regions().stream().sorted().map(RegionId::value).toList())
        .build();
  }

  static GetVisibilityReply visibility(Answer<Visibility> answer) {
    return GetVisibilityReply.newBuilder()
        .setRevision(answer.revision())
        .setVisibility(
            switch (answer.value()) {
              case PUBLIC -> dev.meridian.proto.metadata.Visibility.PUBLIC;
              case INTERNAL -> dev.meridian.proto.metadata.Visibility.INTERNAL;
              case PRIVATE -> dev.meridian.proto.metadata.Visibility.PRIVATE;
            })
        .build();
  }

  static ListRepositoriesReply repositories(Answer<Readable> answer) {
    return ListRepositoriesReply.newBuilder()
        .setRevision(answer.revision())
        .addAllRepositories(
            answer.value().repositories().stream().map(RepositoryName::value).toList())
        .setMore(answer.value().more())
        .setLast(answer.value().last())
        .build();
  }
}
