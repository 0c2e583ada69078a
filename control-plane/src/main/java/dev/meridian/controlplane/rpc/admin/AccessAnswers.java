package dev.meridian.controlplane.rpc.admin;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.AccessQueries.GrantName;
import dev.meridian.controlplane.query.AccessQueries.Kind;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.controlplane.rpc.login.Rights;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.ExplainAccessReply;
import dev.meridian.proto.admin.ExplainAccessRequest;
import dev.meridian.proto.admin.GetAccountReply;
import dev.meridian.proto.admin.GetAccountRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAccountsReply;
import dev.meridian.proto.admin.ListAccountsRequest;
import dev.meridian.proto.admin.ListAuditReply;
import dev.meridian.proto.admin.ListAuditRequest;
import dev.meridian.proto.admin.ListGrantsReply;
import dev.meridian.proto.admin.ListGrantsRequest;
import dev.meridian.proto.admin.ListGroupsReply;
import dev.meridian.proto.admin.ListGroupsRequest;
import dev.meridian.proto.admin.ListMembersReply;
import dev.meridian.proto.admin.ListMembersRequest;
import dev.meridian.proto.admin.ListTagRulesReply;
import dev.meridian.proto.admin.ListTagRulesRequest;
import dev.meridian.proto.admin.ListVisibilitiesReply;
import dev.meridian.proto.admin.ListVisibilitiesRequest;
import dev.meridian.proto.metadata.ReadOptions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * What operators ask about who may do what. Reads are linearizable; one who administers only some
 * repositories sees the rules that are about these.
 */
final class AccessAnswers {

  private final Rights rights;
  private final Reads reads;
  private final RegionId region;
  private final InstantSource clock;

  AccessAnswers(Rights rights, Reads reads, RegionId region, InstantSource clock) {
    this.rights = rights;
    this.reads = reads;
    this.region = region;
    this.clock = clock;
  }

  ListAccountsReply listAccounts(ListAccountsRequest request) {
    rights.requireAll();
    int limit = RequestFields.limit(request.getLimit());
    Kind kind =
        switch (request.getKind()) {
          case USER -> Kind.USERS;
          case ROBOT -> Kind.ROBOTS;
          case KIND_UNSPECIFIED, UNRECOGNIZED -> Kind.ALL;
        };
    var page = list(queries -> queries.forAccess().accounts(kind, request.getLast(), limit));
    return ListAccountsReply.newBuilder()
        .setRevision(page.revision())
        .addAllAccounts(
            page.value().items().stream()
                .map(account -> AccessReplies.account(account.name(), account.value()))
                .toList())
        .setMore(page.value().more())
        .build();
  }

  /** Everybody may see what they are themselves. */
  GetAccountReply getAccount(GetAccountRequest request) {
    if (!rights.isCaller(request.getName())) {
      rights.requireAll();
    }
    AccountName name = RequestFields.account(request.getName());
    var found = lookUp(queries -> queries.forAccess().account(name.value()));
    return GetAccountReply.newBuilder()
        .setRevision(found.revision())
        .setAccount(AccessReplies.account(name, found.value().account()))
        .build();
  }

  ListGroupsReply listGroups(ListGroupsRequest request) {
    rights.requireAll();
    int limit = RequestFields.limit(request.getLimit());
    var page = list(queries -> queries.forAccess().groups(request.getLast(), limit));
    return ListGroupsReply.newBuilder()
        .setRevision(page.revision())
        .addAllGroups(page.value().items().stream().map(AccessReplies::group).toList())
        .setMore(page.value().more())
        .build();
  }

  ListMembersReply listMembers(ListMembersRequest request) {
    rights.requireAll();
    GroupName group = RequestFields.group(request.getGroup());
    int limit = RequestFields.limit(request.getLimit());
    var page = lookUp(queries -> queries.forAccess().members(group, request.getLast(), limit));
    return ListMembersReply.newBuilder()
        .setRevision(page.revision())
        .addAllAccounts(page.value().items().stream().map(AccountName::value).toList())
        .setMore(page.value().more())
        .build();
  }

  /** Everybody may see what is granted to them by name. */
  ListGrantsReply listGrants(ListGrantsRequest request) {
    Optional<Subject> subject =
        request.getSubject().isEmpty()
            ? Optional.empty()
            : Optional.of(RequestFields.subject(request.getSubject()));
    Optional<GrantName> last =
        request.hasLast() ? Optional.of(name(request.getLast())) : Optional.empty();
    boolean own = rights.isCaller(request.getSubject());
    int limit = RequestFields.limit(request.getLimit());
    var page =
        list(queries ->
            queries
                .forAccess()
                .grants(subject, last, limit, own ? any -> true : rights.administered(queries)));
    return ListGrantsReply.newBuilder()
        .setRevision(page.revision())
        .addAllGrants(page.value().items().stream().map(AccessReplies::grant).toList())
        .setMore(page.value().more())
        .build();
  }

  ListVisibilitiesReply listVisibilities(ListVisibilitiesRequest request) {
    var found =
        list(queries -> {
          var administered = rights.administered(queries);
          return queries.forAccess().visibilities().entrySet().stream()
              .filter(rule -> administered.test(under(rule.getKey())))
              .map(AccessReplies::visibility)
              .toList();
        });
    return ListVisibilitiesReply.newBuilder()
        .setRevision(found.revision())
        .addAllRules(found.value())
        .build();
  }

  ListTagRulesReply listTagRules(ListTagRulesRequest request) {
    var found =
        list(queries -> {
          var administered = rights.administered(queries);
          return queries.forAccess().tagRules().stream()
              .filter(rule -> administered.test(rule.pattern()))
              .map(AccessReplies::tagRule)
              .toList();
        });
    return ListTagRulesReply.newBuilder()
        .setRevision(found.revision())
        .addAllRules(found.value())
        .build();
  }

  /** Of oneself, or by who administers the repository. */
  ExplainAccessReply explainAccess(ExplainAccessRequest request) {
    RepositoryName repository = RequestFields.repository(request.getRepository());
    Action action = RequestFields.action(request.getAction());
    RegionId asked =
        request.getRegion().isEmpty() ? region : RequestFields.region(request.getRegion());
    if (!rights.isCaller(request.getAccount())) {
      rights.require(RepositoryPattern.of(repository));
    }
    var decision =
        lookUp(queries ->
            queries
                .forAccess()
                .explain(request.getAccount(), action, repository, asked, clock.instant()));
    return ExplainAccessReply.newBuilder()
        .setRevision(decision.revision())
        .setAllowed(decision.value().allowed())
        .setReason(decision.value().reason())
        .build();
  }

  ListAuditReply listAudit(ListAuditRequest request) {
    rights.requireAll();
    int limit = RequestFields.limit(request.getLimit());
    var page = list(queries -> queries.forAccess().audit(request.getAfter(), limit));
    return ListAuditReply.newBuilder()
        .setRevision(page.revision())
        .addAllEvents(page.value().items().stream().map(AccessReplies::event).toList())
        .setMore(page.value().more())
        .build();
  }

  private static GrantName name(Grant grant) {
    return new GrantName(
        RequestFields.subject(grant.getSubject()),
        RequestFields.pattern(grant.getPattern()),
        grant.getDeny());
  }

  private static RepositoryPattern under(String prefix) {
    return prefix.isEmpty() ? RepositoryPattern.ALL : RepositoryPattern.parse(prefix + "/*");
  }

  private <T> Answer<T> list(Function<Queries, T> query) {
    return reads.list(ReadOptions.getDefaultInstance(), UnaryCall.deadline(UnaryCall.QUERY), query);
  }

  private <T> Answer<T> lookUp(Function<Queries, Lookup<T>> query) {
    return reads.lookUp(
        ReadOptions.getDefaultInstance(), UnaryCall.deadline(UnaryCall.QUERY), query);
  }
}
