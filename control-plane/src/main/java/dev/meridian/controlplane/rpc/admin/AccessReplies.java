package dev.meridian.controlplane.rpc.admin;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.GroupName;
import dev.meridian.controlplane.query.AccessQueries.Audited;
import dev.meridian.controlplane.query.AccessQueries.Named;
import dev.meridian.controlplane.query.AccessQueries.TagRule;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.Account;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.Group;
import dev.meridian.proto.admin.Secret;
import dev.meridian.proto.admin.VisibilityRule;
import dev.meridian.proto.log.Visibility;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.AuditRecord;
import dev.meridian.proto.store.GroupRecord;
import dev.meridian.proto.store.SecretRecord;
import java.util.Locale;
import java.util.Map;

/** What was found of access, as it travels to operators: nothing that proves who somebody is. */
final class AccessReplies {

  private AccessReplies() {}

  static Account account(AccountName name, AccountRecord record) {
    Account.Builder account =
        Account.newBuilder()
            .setName(name.value())
            .setRobot(name.isRobot())
            .setDisabled(record.getDisabled())
            .setCreated(AdminReplies.timestamp(record.getCreatedMs()))
            .setCreatedBy(record.getCreatedBy())
            .addAllGroups(record.getGroupsList())
            .setDescription(record.getDescription())
            .addAllSecrets(record.getSecretsList().stream().map(AccessReplies::secret).toList());
    if (record.getExpiresMs() != 0) {
      account.setExpires(AdminReplies.timestamp(record.getExpiresMs()));
    }
    if (record.getLastUsedMs() != 0) {
      account.setLastUsed(AdminReplies.timestamp(record.getLastUsedMs()));
    }
    return account.build();
  }

  private static Secret secret(SecretRecord record) {
    return Secret.newBuilder()
        .setId(record.getId())
        .setCreated(AdminReplies.timestamp(record.getCreatedMs()))
        .build();
  }

  static Group group(Named<GroupName, GroupRecord> group) {
    return Group.newBuilder()
        .setName(group.name().value())
        .setMembers(group.value().getMembers())
        .setCreated(AdminReplies.timestamp(group.value().getCreatedMs()))
        .setCreatedBy(group.value().getCreatedBy())
        .build();
  }

  static Grant grant(dev.meridian.access.Grant grant) {
    return Grant.newBuilder()
        .setSubject(grant.subject().value())
        .setPattern(grant.pattern().value())
        .setDeny(grant.deny())
        .addAllActions(grant.actions().stream().sorted().map(Action::toString).toList())
        .addAllRegions(grant.regions().stream().sorted().map(RegionId::value).toList())
        .build();
  }

  static VisibilityRule visibility(Map.Entry<String, Integer> rule) {
    Visibility visibility = Visibility.forNumber(rule.getValue());
    return VisibilityRule.newBuilder()
        .setPrefix(rule.getKey())
        .setVisibility(
            visibility == null ? "of a newer server" : visibility.name().toLowerCase(Locale.ROOT))
        .build();
  }

  static dev.meridian.proto.admin.TagRule tagRule(TagRule rule) {
    return dev.meridian.proto.admin.TagRule.newBuilder()
        .setPattern(rule.pattern().value())
        .setTags(rule.tags().value())
        .build();
  }

  static AuditEvent event(Audited audited) {
    AuditRecord event = audited.event();
    return AuditEvent.newBuilder()
        .setRevision(audited.revision())
        .setTime(AdminReplies.timestamp(event.getTimeMs()))
        .setPrincipal(event.getPrincipal())
        .setRegion(event.getRegion())
        .setAddress(event.getAddress())
        .setAction(event.getAction())
        .setRepository(event.getRepository())
        .setTarget(event.getTarget())
        .setDetail(event.getDetail())
        .setRefused(event.getRefused())
        .build();
  }
}
