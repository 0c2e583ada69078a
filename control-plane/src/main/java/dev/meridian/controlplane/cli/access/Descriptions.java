package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;
import static dev.meridian.controlplane.cli.output.Field.time;

import com.google.protobuf.Timestamp;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.Account;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.Group;
import dev.meridian.proto.admin.Secret;

/** What servers say of access, as results. */
final class Descriptions {

  private Descriptions() {}

  static Item user(Account user) {
    return Item.of(
        text("name", user.getName()),
        flag("disabled", user.getDisabled()),
        texts("groups", user.getGroupsList(), "-"),
        moment("last_used", user.hasLastUsed(), user.getLastUsed()),
        time("created", user.getCreated()),
        text("created_by", user.getCreatedBy()));
  }

  static Item robot(Account robot) {
    return Item.of(
        text("name", robot.getName()),
        flag("disabled", robot.getDisabled()),
        moment("expires", robot.hasExpires(), robot.getExpires()),
        texts("secrets", robot.getSecretsList().stream().map(Secret::getId).toList(), "-"),
        texts("groups", robot.getGroupsList(), "-"),
        moment("last_used", robot.hasLastUsed(), robot.getLastUsed()),
        text("description", robot.getDescription()),
        time("created", robot.getCreated()).setAside(),
        text("created_by", robot.getCreatedBy()).setAside());
  }

  static Item group(Group group) {
    return Item.of(
        text("name", group.getName()),
        count("members", group.getMembers()),
        time("created", group.getCreated()),
        text("created_by", group.getCreatedBy()));
  }

  static Item grant(Grant grant) {
    return Item.of(
        text("subject", grant.getSubject()),
        text("pattern", grant.getPattern()),
        text("effect", grant.getDeny() ? "deny" : "allow"),
        texts("actions", grant.getActionsList(), "-"),
        texts("regions", grant.getRegionsList(), "all"));
  }

  static Item event(AuditEvent event) {
    return Item.of(
        count("revision", event.getRevision()),
        time("time", event.getTime()),
        text("principal", event.getPrincipal()),
        text("region", event.getRegion()),
        text("address", event.getAddress()),
        text("action", event.getAction()),
        text("repository", event.getRepository()),
        text("target", event.getTarget()),
        text("detail", event.getDetail()),
        text("refused", event.getRefused()));
  }

  private static Field moment(String key, boolean known, Timestamp time) {
    return known ? time(key, time) : text(key, "");
  }
}
