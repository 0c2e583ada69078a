package dev.meridian.controlplane.apply.copies;

import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.PolicyRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The policies of one state. Of those that are set for a repository or for a path that it is under,
 * the longest counts: {@code team} is for {@code team} and {@code team/app}, not for {@code team2}.
 */
public final class Policies {

  /** What holds where nothing is set: all regions hold a copy, and none is waited for. */
  public static final PolicyRecord UNSET =
      PolicyRecord.newBuilder().setEager(true).setMinCopies(1).build();

  private final Rows rows;
  private KnownRegions regions;

  /** The regions are those at the moment when they are first needed. */
  public Policies(Rows rows) {
    this.rows = rows;
  }

  /** The policy of a repository, which need not exist. */
  public Policy of(RepositoryName repository) {
    return resolve(find(repository));
  }

  /** The regions that may hold its blobs, without a look at all that there are; empty: no limit. */
  public SortedSet<RegionId> only(RepositoryName repository) {
    return parse(find(repository).getOnlyList());
  }

  /** How many copies of its blobs a manifest of a repository waits for. */
  int minCopies(RepositoryName repository) {
    return find(repository).getMinCopies();
  }

  /**
   * The most copies that a policy asks for which keeps blobs to some of these regions; at least 1.
   */
  int minCopiesWithin(Set<String> regions) {
    return rows.scan(Tables.POLICIES, Tables.POLICIES.all(), Integer.MAX_VALUE).stream()
        .map(Row::value)
        .filter(policy -> policy.getOnlyCount() > 0 && regions.containsAll(policy.getOnlyList()))
        .mapToInt(PolicyRecord::getMinCopies)
        .reduce(1, Math::max);
  }

  KnownRegions regions() {
    if (regions == null) {
      regions = KnownRegions.of(rows);
    }
    return regions;
  }

  private PolicyRecord find(RepositoryName repository) {
    String prefix = repository.value();
    Optional<PolicyRecord> found = rows.get(Tables.POLICIES, prefix);
    while (found.isEmpty() && !prefix.isEmpty()) {
      prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
      found = rows.get(Tables.POLICIES, prefix);
    }
    return found.orElse(UNSET);
  }

  private Policy resolve(PolicyRecord record) {
    SortedSet<RegionId> only = parse(record.getOnlyList());
    SortedSet<RegionId> eager = new TreeSet<>();
    if (record.getEager()) {
      eager.addAll(regions().present());
    }
    if (record.getRegionsCount() > 0) {
      eager.retainAll(parse(record.getRegionsList()));
    }
    if (!only.isEmpty()) {
      eager.retainAll(only);
    }
    return new Policy(eager, only, record.getMinCopies());
  }

  private static SortedSet<RegionId> parse(List<String> regions) {
    return regions.stream().map(RegionId::parse).collect(Collectors.toCollection(TreeSet::new));
  }
}
