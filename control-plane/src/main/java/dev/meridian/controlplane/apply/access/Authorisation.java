package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccessRules;
import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.Grant;
import dev.meridian.proto.log.MountBlob;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.TagMove;
import dev.meridian.proto.store.RepositoryRecord;
import java.util.List;
import java.util.Optional;

/**
 * Whether who asks for a command may. Edges have asked the same before; this is where it counts,
 * since grants may have changed meanwhile. What is refused says nothing of what is there: the
 * answer is the same for a repository that is absent and for one that is not for the principal.
 */
public final class Authorisation {

  /** So many repositories that hold a blob are looked at to find one that may be pulled from. */
  private static final int SOURCES = 20;

  /** Servers and nodes of ours, and operators who show a certificate, may everything. */
  private static final List<String> TRUSTED = List.of("system:", "operator:");

  private final Rows rows;
  private final Command command;
  private final Identities identities;

  /** Empty of an account that is not there or disabled: it may nothing. */
  private final Optional<Identity> identity;

  private final Optional<RegionId> region;

  private Authorisation(CommandContext context) {
    this.rows = context.rows();
    this.command = context.command();
    this.identities = new Identities(rows);
    this.identity = identities.find(context.principal());
    this.region =
        command.getOrigin().getRegion().isEmpty()
            ? Optional.empty()
            : Optional.of(RegionId.parse(command.getOrigin().getRegion()));
  }

  /** Why the command's principal may not; empty when they may. */
  public static Optional<Rejection> refusal(CommandContext context) {
    if (!context.command().getAuthorise() || isTrusted(context.principal())) {
      return Optional.empty();
    }
    Authorisation asked = new Authorisation(context);
    return asked.staleLogin().or(asked::refusal);
  }

  /** Whether they need not be granted anything. */
  static boolean isTrusted(String principal) {
    return TRUSTED.stream().anyMatch(principal::startsWith);
  }

  /** Of who has logged in with what was taken back before the command came here. */
  private Optional<Rejection> staleLogin() {
    long shown = command.getCredentialsRevision();
    boolean good =
        shown == 0
            || rows.get(Tables.ACCOUNTS, AccountName.parse(command.getPrincipal()))
                .filter(account -> account.getCredentialsRevision() == shown)
                .isPresent();
    return good
        ? Optional.empty()
        : Optional.of(refused("the password or the secret of the login has changed"));
  }

  private Optional<Rejection> refusal() {
    return switch (command.getOperationCase()) {
      case CREATE_REPOSITORY -> needs(Action.PUSH, command.getCreateRepository().getRepository());
      case COMMIT_BLOB -> needs(Action.PUSH, command.getCommitBlob().getRepository());
      case RENEW_LINK -> needs(Action.PUSH, command.getRenewLink().getRepository());
      case MOUNT_BLOB ->
          needs(Action.PUSH, command.getMountBlob().getRepository())
              .or(() -> source(command.getMountBlob()));
      case PUT_MANIFEST -> put(command.getPutManifest());
      case SET_TAGS ->
          command.getSetTags().getMovesList().stream()
              .flatMap(move -> move(move).stream())
              .findFirst();
      case RESTORE_TAG ->
          tag(command.getRestoreTag().getRepository(), command.getRestoreTag().getTag(), "");
      case DELETE_TAG -> needs(Action.DELETE, command.getDeleteTag().getRepository());
      case DELETE_MANIFEST -> needs(Action.DELETE, command.getDeleteManifest().getRepository());
      case DELETE_BLOB -> needs(Action.DELETE, command.getDeleteBlob().getRepository());
      case DELETE_REPOSITORY ->
          administers(RepositoryPattern.parse(command.getDeleteRepository().getRepository()));
      case SET_POLICY -> administersUnder(command.getSetPolicy().getPrefix());
      case DELETE_POLICY -> administersUnder(command.getDeletePolicy().getPrefix());
      case SET_GRANT -> grant(command.getSetGrant().getGrant());
      case DELETE_GRANT ->
          administers(RepositoryPattern.parse(command.getDeleteGrant().getPattern()));
      case SET_VISIBILITY -> administersUnder(command.getSetVisibility().getPrefix());
      case DELETE_VISIBILITY -> administersUnder(command.getDeleteVisibility().getPrefix());
      case SET_TAG_RULE ->
          administers(RepositoryPattern.parse(command.getSetTagRule().getPattern()));
      case DELETE_TAG_RULE ->
          administers(RepositoryPattern.parse(command.getDeleteTagRule().getPattern()));
      case CHANGE_PASSWORD ->
          // One's own: the edge has seen the one before.
          identity
                  .filter(
                      own -> command.getChangePassword().getName().equals(own.principal().name()))
                  .isPresent()
              ? Optional.empty()
              : administers(RepositoryPattern.ALL);
      // What nodes find out about storage and logins, whoever's request they work on.
      case ADD_PLACEMENT, REMOVE_PLACEMENT, DOOM_OBJECTS, CONFIRM_DELETIONS, NOTE_USE ->
          Optional.empty();
      case BOOTSTRAP,
          TICK,
          COLLECT,
          JOIN_NODE,
          LEAVE_NODE,
          PURGE_REPOSITORY,
          ANNOUNCE_REGION,
          DRAIN_REGION,
          REMOVE_REGION,
          PURGE_REGION,
          DRAIN_NODE,
          RENEW_CLUSTER,
          REVIEW_LINKS,
          PAUSE_REPLICATION,
          FOUND_ADMINISTRATOR,
          CREATE_USER,
          CREATE_ROBOT,
          ADD_ROBOT_SECRET,
          REMOVE_ROBOT_SECRET,
          DISABLE_ACCOUNT,
          DELETE_ACCOUNT,
          WARN_OF_EXPIRY,
          CREATE_GROUP,
          DELETE_GROUP,
          CHANGE_MEMBERSHIP,
          ADD_SIGNING_KEY,
          NOTE_EVENT ->
          administers(RepositoryPattern.ALL);
      // Nobody can say who may do what this server does not know.
      case OPERATION_NOT_SET -> administers(RepositoryPattern.ALL);
    };
  }

  private Optional<Rejection> put(PutManifest manifest) {
    return needs(Action.PUSH, manifest.getRepository())
        .or(() ->
            manifest.getTagsList().stream()
                .flatMap(tag -> tag(manifest.getRepository(), tag, manifest.getDigest()).stream())
                .findFirst());
  }

  private Optional<Rejection> move(TagMove move) {
    return tag(move.getRepository(), move.getTag(), move.getDigest());
  }

  /**
   * Whether a tag may come to name a manifest; one that names it already stays as it is.
   *
   * @param digest empty: of any other
   */
  private Optional<Rejection> tag(String repository, String tag, String digest) {
    RepositoryName name = RepositoryName.parse(repository);
    Optional<Rejection> push = needs(Action.PUSH, repository);
    if (push.isPresent()) {
      return push;
    }
    Optional<String> named =
        rows.get(Tables.REPOSITORIES, name)
            .map(RepositoryRecord::getId)
            .flatMap(id -> rows.get(Tables.TAGS, new TagKey(id, TagName.parse(tag))))
            .map(current -> current.getDigest());
    if (named.filter(digest::equals).isPresent()) {
      return Optional.empty();
    }
    return may(named.isPresent() ? Action.TAG_UPDATE : Action.TAG_CREATE, name)
        ? Optional.empty()
        // Not which of the two: who may do neither would learn whether the tag is there.
        : Optional.of(refused("set tag " + tag + " of repository " + name));
  }

  /** As if the source were not there. */
  private Optional<Rejection> source(MountBlob mount) {
    Digest digest = Digest.parse(mount.getDigest());
    boolean found =
        mount.getFrom().isEmpty()
            ? isLinkedForPull(digest)
            : may(Action.PULL, RepositoryName.parse(mount.getFrom()));
    return found ? Optional.empty() : Optional.of(Rejection.notMountable(mount.getFrom(), digest));
  }

  /**
   * Whether one of the first repositories in which a manifest references the blob may be pulled
   * from. One that is passed over costs the client an upload, no more.
   */
  private boolean isLinkedForPull(Digest digest) {
    long last = 0;
    for (int looked = 0; looked < SOURCES; looked++) {
      List<Row<ReferenceKey, Tables.Nothing>> next =
          rows.scan(Tables.REFERENCES, ReferenceKey.after(digest, last), 1);
      if (next.isEmpty()) {
        return false;
      }
      last = next.getFirst().key().repository();
      if (rows.get(Tables.REPOSITORY_IDS, last).filter(name -> may(Action.PULL, name)).isPresent()
          && rows.contains(Tables.BLOB_LINKS, new ContentKey(last, digest))) {
        return true;
      }
    }
    return false;
  }

  private Optional<Rejection> needs(Action action, String repository) {
    return may(action, RepositoryName.parse(repository))
        ? Optional.empty()
        : Optional.of(refused(action + " on repository " + repository));
  }

  private boolean may(Action action, RepositoryName repository) {
    return identity.isPresent()
        && region.isPresent()
        && AccessRules.decide(
                identity.get(),
                repository,
                identities.visibilityOf(repository),
                action,
                region.get())
            .isAllowed();
  }

  /** Who is denied admin anywhere does not administer the cluster: who does so decides that. */
  private Optional<Rejection> grant(Grant grant) {
    return administers(
            grant.getDeny() && grant.getActionsList().contains(Action.ADMIN.toString())
                ? RepositoryPattern.ALL
                : RepositoryPattern.parse(grant.getPattern()))
        .or(() -> reserved(grant));
  }

  private Optional<Rejection> reserved(Grant grant) {
    Subject subject = Subject.parse(grant.getSubject());
    GrantKey key =
        new GrantKey(subject, RepositoryPattern.parse(grant.getPattern()), grant.getDeny());
    boolean taken =
        !rows.contains(Tables.GRANTS, key)
            && rows.scan(Tables.GRANTS, GrantKey.of(subject), Identities.SHARED_GRANTS).size()
                >= Identities.SHARED_GRANTS;
    return taken && administers(RepositoryPattern.ALL).isPresent()
        ? Optional.of(
            refused(
                subject
                    + " has "
                    + Identities.SHARED_GRANTS
                    + " grants, and more of them need admin on "
                    + RepositoryPattern.ALL))
        : Optional.empty();
  }

  private Optional<Rejection> administersUnder(String prefix) {
    return Patterns.under(prefix).stream()
        .flatMap(pattern -> administers(pattern).stream())
        .findFirst();
  }

  private Optional<Rejection> administers(RepositoryPattern pattern) {
    return identity.isPresent()
            && region.isPresent()
            && AccessRules.administers(identity.get(), pattern, region.get())
        ? Optional.empty()
        : Optional.of(refused(Action.ADMIN + " on " + pattern));
  }

  private Rejection refused(String what) {
    return Rejection.of(
        RejectionCode.NOT_ALLOWED,
        new Principal(command.getPrincipal()) + " may not do this: " + what);
  }
}
