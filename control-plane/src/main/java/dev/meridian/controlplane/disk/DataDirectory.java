package dev.meridian.controlplane.disk;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A metadata server's directory:
 *
 * <pre>
 * server.properties    whose directory this is: cluster, region, format; and how the server came into
 *                      its group: founders, or member and group; which group that is when
 *                      it was not founded anew; or that it was removed
 * raft/                Ratis: the log
 * store/               RocksDB, see {@link LiveDatabase}
 * checkpoints/         Raft snapshots, the checkpoints of the database
 * incoming/            a snapshot that is being received
 * backup/              a copy of the store while it is sent as a backup
 * restoring/           a directory like this one while it is made of a backup
 * </pre>
 */
public record DataDirectory(Path root) {

  private static final String FORMAT = "1";

  /** Of a founder: the regions that founded the cluster, this one included. */
  private static final String FOUNDERS = "founders";

  /** Of a server that was added: its id, and the members at that time, itself included. */
  private static final String MEMBER = "member";

  private static final String GROUP = "group";

  /** UUID of the Raft group; absent where it follows from the name of the cluster. */
  private static final String GROUP_ID = "groupid";

  private static final String LISTENER = "listener/";
  private static final String REMOVED = "removed";

  /**
   * Takes the directory for a server; an empty or absent one is marked as its own. What a backup or
   * a restore left that ended with the process goes.
   *
   * @throws UnfitDataException when it belongs to another cluster or region, or a restore into it
   *     came to no end
   */
  public static DataDirectory claim(Path root, String cluster, RegionId region) throws IOException {
    DataDirectory directory = new DataDirectory(root.toAbsolutePath().normalize());
    Files.createDirectories(directory.root);
    Path marker = directory.marker();
    if (Files.exists(marker)) {
      directory.verify(cluster, region);
    } else if (Files.exists(directory.restoring())) {
      throw new UnfitDataException(
          "a backup was being restored into the data directory "
              + directory.root
              + ", and that came to no end: run meridian restore again, or empty the directory");
    } else if (Files.exists(directory.raft()) || Files.exists(directory.store())) {
      throw new UnfitDataException(
          "the data directory "
              + directory.root
              + " holds a metadata server's files but not "
              + marker.getFileName()
              + ", which says whose they are: restore that file, or use another directory");
    } else {
      DurableFiles.write(
          marker, "cluster=" + cluster + "\nregion=" + region + "\nformat=" + FORMAT + "\n");
    }
    DurableFiles.delete(directory.backup());
    DurableFiles.delete(directory.restoring());
    return directory;
  }

  private void verify(String cluster, RegionId region) throws IOException {
    Properties found = properties();
    verify(found, "cluster", cluster);
    verify(found, "region", region.value());
    verify(found, "format", FORMAT);
  }

  private void verify(Properties found, String key, String expected) {
    String value = found.getProperty(key, "");
    if (!value.equals(expected)) {
      throw new UnfitDataException(
          "the data directory "
              + root
              + " belongs to "
              + key
              + " \""
              + value
              + "\", expected \""
              + expected
              + "\": use the directory of this server, or an empty one");
    }
  }

  /**
   * How the server came into its group; empty until it did.
   *
   * @param configured host:port of Raft listeners as the configuration has them: the addresses of
   *     founders are these
   */
  public Optional<Enrolment> enrolment(RegionId region, Map<RegionId, String> configured)
      throws IOException {
    Properties found = properties();
    UUID groupId =
        found.containsKey(GROUP_ID)
            ? UUID.fromString(found.getProperty(GROUP_ID))
            : Enrolment.founded(found.getProperty("cluster"));
    if (found.containsKey(FOUNDERS)) {
      List<GroupMember> founders =
          Stream.of(found.getProperty(FOUNDERS).split(","))
              .flatMap(founder -> founder(RegionId.parse(founder), configured).stream())
              .toList();
      return Optional.of(new Enrolment(groupId, region.value(), founders));
    }
    if (found.containsKey(MEMBER)) {
      List<GroupMember> group =
          Stream.of(found.getProperty(GROUP).split(",")).map(DataDirectory::parse).toList();
      return Optional.of(new Enrolment(groupId, found.getProperty(MEMBER), group));
    }
    return Optional.empty();
  }

  /** Once there is a log, a founder may have been removed, and then from the configuration too. */
  private Optional<GroupMember> founder(RegionId region, Map<RegionId, String> configured) {
    Optional<GroupMember> founder =
        Optional.ofNullable(configured.get(region))
            .map(address -> GroupMember.founder(region, address));
    if (founder.isEmpty() && !Files.exists(raft())) {
      throw new UnfitDataException(
          "metadata.peers: "
              + region
              + " is missing, which founds this cluster as "
              + marker()
              + " says: expected it in the configuration");
    }
    return founder;
  }

  /** The server founds a cluster together with these regions. */
  public void enrolFounder(List<RegionId> founders) throws IOException {
    record(FOUNDERS, founders.stream().map(RegionId::value).collect(Collectors.joining(",")));
  }

  /** The server alone begins a cluster with what is in its store. */
  public void enrolRestored(RegionId region) throws IOException {
    Properties all = properties();
    all.setProperty(FOUNDERS, region.value());
    all.setProperty(GROUP_ID, Enrolment.restored().toString());
    write(all);
  }

  /** The server comes into a group that exists. */
  public void enrol(Enrolment enrolment) throws IOException {
    String group =
        enrolment.group().stream()
            .map(member ->
                (member.listener() ? LISTENER : "") + member.id() + "/" + member.address())
            .collect(Collectors.joining(","));
    Properties all = properties();
    all.setProperty(MEMBER, enrolment.self());
    all.setProperty(GROUP, group);
    all.setProperty(GROUP_ID, enrolment.groupId().toString());
    write(all);
  }

  private static GroupMember parse(String text) {
    boolean listener = text.startsWith(LISTENER);
    String[] parts = (listener ? text.substring(LISTENER.length()) : text).split("/", 2);
    return new GroupMember(parts[0], parts[1], listener);
  }

  /** The group has removed the server: what it holds is of no use any more. */
  public void markRemoved() throws IOException {
    record(REMOVED, "true");
  }

  public boolean isRemoved() throws IOException {
    return properties().containsKey(REMOVED);
  }

  private void record(String key, String value) throws IOException {
    Properties all = properties();
    all.setProperty(key, value);
    write(all);
  }

  private Properties properties() throws IOException {
    Properties found = new Properties();
    found.load(new StringReader(Files.readString(marker())));
    return found;
  }

  private void write(Properties all) throws IOException {
    DurableFiles.write(
        marker(),
        all.stringPropertyNames().stream()
            .sorted()
            .map(key -> key + "=" + all.getProperty(key) + "\n")
            .collect(Collectors.joining()));
  }

  /** What a server has there as long as it lives. */
  public List<Path> files() {
    return List.of(marker(), raft(), store(), checkpoints(), incoming());
  }

  /** Says whose directory it is. */
  public Path marker() {
    return root.resolve("server.properties");
  }

  public Path raft() {
    return root.resolve("raft");
  }

  /** Where the store is. */
  public Path store() {
    return root.resolve("store");
  }

  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  public Path incoming() {
    return root.resolve("incoming");
  }

  /** Where a copy of the store is while it is sent. */
  public Path backup() {
    return root.resolve("backup");
  }

  /** Where another directory is made that takes the place of this one. */
  public Path restoring() {
    return root.resolve("restoring");
  }
}
