package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.DeletePolicy;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.SetPolicy;
import dev.meridian.proto.store.PolicyRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Policies as operators set them. A change of one has all links reviewed. */
public final class PolicyCommands {

  private final CommandContext context;
  private final Reviews reviews;

  public PolicyCommands(CommandContext context) {
    this.context = context;
    this.reviews = new Reviews(context);
  }

  /** Takes the place of what was set for the prefix; the regions that it names must be there. */
  public Outcome set(SetPolicy command) {
    Optional<Rejection> fault = fault(command, KnownRegions.of(context.rows()).present());
    if (fault.isPresent()) {
      return Outcome.rejected(fault.get());
    }
    PolicyRecord policy =
        PolicyRecord.newBuilder()
            .addAllRegions(command.getRegionsList())
            .setEager(command.getEager())
            .addAllOnly(command.getOnlyList())
            .setMinCopies(command.getMinCopies())
            .build();
    if (!context.rows().get(Tables.POLICIES, command.getPrefix()).equals(Optional.of(policy))) {
      context.rows().put(Tables.POLICIES, command.getPrefix(), policy);
      reviews.begin();
    }
    return Outcome.ACCEPTED;
  }

  /** The next shorter prefix counts from now on. */
  public Outcome delete(DeletePolicy command) {
    if (!context.rows().contains(Tables.POLICIES, command.getPrefix())) {
      return Outcome.rejected(
          RejectionCode.POLICY_UNKNOWN,
          command.getPrefix().isEmpty()
              ? "no policy is set for all repositories"
              : "no policy is set for " + command.getPrefix(),
          command.getPrefix());
    }
    context.rows().delete(Tables.POLICIES, command.getPrefix());
    reviews.begin();
    return Outcome.ACCEPTED;
  }

  /** Says which policy asks for more copies than there would be regions for without this one. */
  public Optional<Rejection> brokenWithout(RegionId removed) {
    Set<RegionId> present = KnownRegions.of(context.rows()).present();
    return context.rows().scan(Tables.POLICIES, Tables.POLICIES.all(), Integer.MAX_VALUE).stream()
        .filter(policy -> needs(policy.value(), removed, present))
        .findFirst()
        .map(policy -> broken(policy.key(), policy.value().getMinCopies(), removed));
  }

  private static boolean needs(PolicyRecord policy, RegionId region, Set<RegionId> present) {
    List<RegionId> holders =
        present.stream()
            .filter(
                each -> policy.getOnlyCount() == 0 || policy.getOnlyList().contains(each.value()))
            .toList();
    return holders.contains(region) && holders.size() - 1 < policy.getMinCopies();
  }

  private static Rejection broken(String prefix, int minCopies, RegionId removed) {
    return Rejection.of(
        RejectionCode.IN_USE,
        (prefix.isEmpty() ? "the policy for all repositories" : "the policy of " + prefix)
            + " asks for "
            + minCopies
            + (minCopies == 1 ? " copy" : " copies")
            + ", and without "
            + removed
            + " fewer regions may hold one: change or delete it first",
        prefix);
  }

  private static Optional<Rejection> fault(SetPolicy command, Set<RegionId> present) {
    List<String> known = present.stream().map(RegionId::value).sorted().toList();
    List<String> unknown =
        Stream.concat(command.getRegionsList().stream(), command.getOnlyList().stream())
            .filter(region -> !known.contains(region))
            .distinct()
            .toList();
    if (!unknown.isEmpty()) {
      return Optional.of(
          new Rejection(
              RejectionCode.REGION_UNKNOWN,
              "region "
                  + unknown.getFirst()
                  + " is not in the cluster: expected some of "
                  + String.join(", ", known),
              unknown));
    }
    List<String> allowed = command.getOnlyCount() == 0 ? known : command.getOnlyList();
    Optional<String> outside =
        command.getRegionsList().stream().filter(region -> !allowed.contains(region)).findFirst();
    if (outside.isPresent()) {
      return Optional.of(
          invalid(
              "the policy wants copies in "
                  + outside.get()
                  + ", and allows them only in "
                  + String.join(", ", allowed)
                  + ": expected regions that it allows",
              outside.get()));
    }
    // A cluster whose servers have not announced themselves yet has no region.
    int most = Math.max(1, allowed.size());
    return command.getMinCopies() >= 1 && command.getMinCopies() <= most
        ? Optional.empty()
        : Optional.of(
            invalid(
                "min_copies is "
                    + Integer.toUnsignedString(command.getMinCopies())
                    + ": expected 1 to "
                    + most
                    + ", the number of regions that may hold a copy",
                command.getPrefix()));
  }

  private static Rejection invalid(String message, String subject) {
    return Rejection.of(RejectionCode.POLICY_INVALID, message, subject);
  }
}
