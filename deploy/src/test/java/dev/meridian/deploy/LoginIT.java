package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.access.Role;
import dev.meridian.access.Visibility;
import dev.meridian.deploy.LoginCluster.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real clients log in over TLS, as a user, as a robot and not at all. All but docker check the
 * certificates: its engine trusts every registry on a loopback address.
 */
class LoginIT {

  private static final String PASSWORD = "--password";
  private static final String USERNAME = "--username";
  private static final String LOGIN = "login";
  private static final String WRONG = "not her password";

  @TempDir private static Path data;

  private static LoginCluster cluster;
  private static Account alice;
  private static Account robot;

  @TempDir private Path directory;

  private String certificates;
  private Path nobody;

  @BeforeAll
  static void start() throws Exception {
    cluster = LoginCluster.start(data);
    cluster.show("open", Visibility.PUBLIC);
    alice = cluster.user("alice", Role.WRITER, "team/*", "open/*");
    robot = cluster.robot("robot.ci", Role.WRITER, "team/*");
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  @BeforeEach
  void prepare() throws IOException {
    certificates = cluster.authority().getParent().toString();
    nobody = Files.writeString(directory.resolve("nobody.json"), "{}");
  }

  /**
   * User and robot each push in every region what the other pulls in the next one and nobody else
   * in the third; anybody pulls what is public.
   */
  private static void exchange(String name, LoginClient client) throws Exception {
    for (int region : LoginCluster.REGIONS) {
      String path = "/team/" + name + ":" + region;
      exchange(client, alice, robot, path + "-by-user", region);
      exchange(client, robot, alice, path + "-by-robot", region);
    }
    String shown = "/open/" + name + ":1";
    String open = client.push(alice, cluster.address(2) + shown);
    for (int region : LoginCluster.REGIONS) {
      client.pull(Optional.empty(), cluster.address(region) + shown, open);
    }
  }

  private static void exchange(
      LoginClient client, Account pusher, Account puller, String image, int region)
      throws Exception {
    String digest = client.push(pusher, cluster.address(region) + image);
    client.pull(Optional.of(puller), cluster.address((region + 1) % 3) + image, digest);
    assertThatThrownBy(
            () -> client.pull(Optional.empty(), cluster.address((region + 2) % 3) + image, digest))
        .as("anonymous pull of what is private")
        .hasMessageFindingMatch("(?i)unauthorized|denied|authentication required|401");
  }

  @Test
  @RequiresPrograms("podman")
  void podman() throws Exception {
    Program podman =
        Program.in(
            directory,
            "podman",
            "--root",
            directory.resolve("s").toString(),
            "--runroot",
            directory.resolve("r").toString(),
            "--storage-driver",
            "vfs");
    for (Account account : List.of(alice, robot)) {
      for (int region : LoginCluster.REGIONS) {
        assertThat(
                podman.run(
                    LOGIN,
                    "--cert-dir",
                    certificates,
                    "--authfile",
                    directory.resolve(account.name()).toString(),
                    USERNAME,
                    account.name(),
                    PASSWORD,
                    account.secret(),
                    cluster.address(region)))
            .contains("Login Succeeded!");
      }
    }
    exchange("podman", new Podman(podman));
  }

  private final class Podman implements LoginClient {

    private final Program podman;

    Podman(Program podman) {
      this.podman = podman;
    }

    private String authfile(Optional<Account> account) {
      return account.map(known -> directory.resolve(known.name())).orElse(nobody).toString();
    }

    @Override
    public String push(Account account, String image) throws Exception {
      Path digest = directory.resolve("digest");
      podman.run("build", "-q", "-t", image, BuildContext.of(directory, 1 << 20).toString());
      podman.run(
          "push",
          "-q",
          "--cert-dir",
          certificates,
          "--authfile",
          authfile(Optional.of(account)),
          "--digestfile",
          digest.toString(),
          image);
      podman.run("rmi", "--all", "--force");
      return Files.readString(digest).strip();
    }

    @Override
    public void pull(Optional<Account> account, String image, String digest) throws Exception {
      podman.run("pull", "-q", "--cert-dir", certificates, "--authfile", authfile(account), image);
      assertThat(podman.run("image", "inspect", "--format", "{{.Digest}}", image))
          .isEqualTo(digest);
      podman.run("rmi", "--all", "--force");
    }
  }

  @Test
  @RequiresPrograms("podman")
  void podmanSaysThatAPasswordIsWrong() throws Exception {
    for (int region : LoginCluster.REGIONS) {
      assertThat(
              Program.in(directory, "podman")
                  .refused(
                      LOGIN,
                      "--cert-dir",
                      certificates,
                      "--authfile",
                      directory.resolve("auth.json").toString(),
                      USERNAME,
                      alice.name(),
                      PASSWORD,
                      WRONG,
                      cluster.address(region)))
          .contains("invalid username/password");
    }
  }

  /** Podman searches without its login first, and finds nothing so. */
  @Test
  @RequiresPrograms("podman")
  void podmanFindsWhatItMayPull() throws Exception {
    cluster.client(0, alice).push("team/sought-podman", "1", TestImage.of(11, 1000));
    Path authfile = directory.resolve("auth.json");
    Program podman = Program.in(directory, "podman");
    podman.run(
        LOGIN,
        "--cert-dir",
        certificates,
        "--authfile",
        authfile.toString(),
        USERNAME,
        robot.name(),
        PASSWORD,
        robot.secret(),
        cluster.address(1));
    // Search has no option for certificates.
    Program search = podman.and("search", "--tls-verify=false", "--format", "{{.Name}}");
    String term = cluster.address(1) + "/sought-podman";
    assertThat(search.run("--authfile", authfile.toString(), term))
        .isEqualTo(cluster.address(1) + "/team/sought-podman");
    assertThat(search.run("--authfile", nobody.toString(), term)).isEmpty();
  }

  @Test
  @RequiresPrograms("skopeo")
  void skopeo() throws Exception {
    Program skopeo = Program.in(directory, "skopeo");
    for (Account account : List.of(alice, robot)) {
      for (int region : LoginCluster.REGIONS) {
        skopeo.run(
            LOGIN,
            "--cert-dir",
            certificates,
            "--authfile",
            directory.resolve(account.name()).toString(),
            USERNAME,
            account.name(),
            PASSWORD,
            account.secret(),
            cluster.address(region));
      }
    }
    exchange("skopeo", new Skopeo(skopeo.and("copy", "-q", "--all")));
  }

  private final class Skopeo implements LoginClient {

    private final Program copy;

    Skopeo(Program copy) {
      this.copy = copy;
    }

    @Override
    public String push(Account account, String image) throws Exception {
      Path layout = Files.createTempDirectory(directory, "image");
      String digest = OciLayout.write(layout, "amd64", "arm64");
      copy.run(
          "--dest-cert-dir",
          certificates,
          "--dest-authfile",
          directory.resolve(account.name()).toString(),
          "oci:" + layout + ":latest",
          "docker://" + image);
      return digest;
    }

    @Override
    public void pull(Optional<Account> account, String image, String digest) throws Exception {
      Path pulled = Files.createTempDirectory(directory, "pulled");
      copy.run(
          "--src-cert-dir",
          certificates,
          "--src-authfile",
          account.map(known -> directory.resolve(known.name())).orElse(nobody).toString(),
          "docker://" + image,
          "dir:" + pulled);
      assertThat(TestImage.digest(Files.readAllBytes(pulled.resolve("manifest.json"))))
          .isEqualTo(digest);
    }
  }

  @Test
  @RequiresPrograms("skopeo")
  void skopeoSaysThatAPasswordIsWrong() throws Exception {
    Program skopeo = Program.in(directory, "skopeo");
    String[] login = {
      LOGIN,
      "--cert-dir",
      certificates,
      "--authfile",
      directory.resolve("auth.json").toString(),
      USERNAME,
      alice.name(),
      PASSWORD,
      WRONG,
      cluster.address(0)
    };
    assertThat(skopeo.refused(login)).contains("invalid username/password");
    assertThat(
            skopeo.refused(
                "inspect",
                "--cert-dir",
                certificates,
                "--creds",
                alice.name() + ":" + WRONG,
                "docker://" + cluster.address(1) + "/team/any:1"))
        .contains("invalid username/password");
  }

  @Test
  @RequiresPrograms({"docker", "$DOCKER_HOST"})
  void docker() throws Exception {
    exchange("docker", new Docker());
  }

  @Test
  @RequiresPrograms({"docker", "$DOCKER_HOST"})
  void dockerSaysThatAPasswordIsWrong() throws Exception {
    assertThat(
            docker("wrong")
                .refused(LOGIN, USERNAME, alice.name(), PASSWORD, WRONG, cluster.address(0)))
        .contains("the name or the password is wrong");
  }

  @Test
  @RequiresPrograms({"docker", "$DOCKER_HOST"})
  void dockerFindsWhatItMayPull() throws Exception {
    cluster.client(0, alice).push("team/sought-docker", "1", TestImage.of(12, 1000));
    Program docker = docker("search");
    String term = cluster.address(1) + "/sought-docker";
    assertThat(docker.refused("search", term)).contains("401");
    docker.run(LOGIN, USERNAME, robot.name(), PASSWORD, robot.secret(), cluster.address(1));
    assertThat(docker.run("search", "--format", "{{.Name}}", term)).isEqualTo("team/sought-docker");
  }

  private Program docker(String config) {
    return new Program(
        directory,
        Map.of(
            "DOCKER_BUILDKIT",
            "0",
            "DOCKER_CONFIG",
            directory.resolve("docker-" + config).toString()),
        List.of("docker"));
  }

  private final class Docker implements LoginClient {

    private Program as(Optional<Account> account, String image) throws Exception {
      Program docker = docker(account.map(Account::name).orElse("nobody"));
      if (account.isPresent()) {
        docker.run(
            LOGIN,
            USERNAME,
            account.get().name(),
            PASSWORD,
            account.get().secret(),
            image.substring(0, image.indexOf('/')));
      }
      return docker;
    }

    @Override
    public String push(Account account, String image) throws Exception {
      Program docker = as(Optional.of(account), image);
      docker.run("build", "-q", "-t", image, BuildContext.of(directory, 1 << 20).toString());
      docker.run("push", "-q", image);
      return removed(docker, image);
    }

    @Override
    public void pull(Optional<Account> account, String image, String digest) throws Exception {
      Program docker = as(account, image);
      docker.run("pull", "-q", image);
      assertThat(removed(docker, image)).isEqualTo(digest);
    }

    private static String removed(Program docker, String image) throws Exception {
      String digest = docker.run("image", "inspect", "--format", "{{index .RepoDigests 0}}", image);
      docker.run("rmi", image);
      return digest.substring(digest.indexOf('@') + 1);
    }
  }

  /** Without its own settings for them, containerd speaks plain text to loopback addresses. */
  @Test
  @RequiresPrograms(
      value = {"ctr", "containerd", "tar"},
      asRoot = true)
  void containerd() throws Exception {
    exchange("ctr", new Ctr());
  }

  @Test
  @RequiresPrograms(
      value = {"ctr", "containerd"},
      asRoot = true)
  void containerdSaysThatAPasswordIsWrong() throws Exception {
    assertThatThrownBy(() ->
            new Ctr()
                .pull(
                    Optional.of(new Account(alice.name(), WRONG)),
                    cluster.address(0) + "/team/any:1",
                    ""))
        .hasMessageContaining("failed to authorize")
        .hasMessageContaining("401 Unauthorized");
  }

  private final class Ctr implements LoginClient {

    private final Path hosts;
    private int started;

    Ctr() throws IOException {
      hosts = Files.createDirectory(directory.resolve("hosts"));
      for (int region : LoginCluster.REGIONS) {
        Path host = Files.createDirectory(hosts.resolve(cluster.address(region)));
        Files.writeString(
            host.resolve("hosts.toml"),
            """
            [host."https://%s"]
              capabilities = ["pull", "resolve", "push"]
              ca = "%s"
            """
                .formatted(cluster.address(region), cluster.authority()));
      }
    }

    private Containerd start() throws Exception {
      return Containerd.start(directory, "c" + started++);
    }

    @Override
    public String push(Account account, String image) throws Exception {
      Path layout = Files.createTempDirectory(directory, "image");
      String digest = OciLayout.write(layout, "amd64");
      Path tar = directory.resolve("image.tar");
      Program.in(directory, "tar").run("-C", layout.toString(), "-cf", tar.toString(), ".");
      String repository = image.substring(0, image.lastIndexOf(':'));
      try (Containerd containerd = start()) {
        containerd
            .ctr()
            .run(
                "images",
                "import",
                "--all-platforms",
                "--no-unpack",
                "--base-name",
                repository,
                tar.toString());
        containerd.ctr().run("images", "tag", repository + ":latest", image);
        containerd
            .ctr()
            .run(
                "images",
                "push",
                "--hosts-dir",
                hosts.toString(),
                "--user",
                account.name() + ":" + account.secret(),
                image);
      }
      return digest;
    }

    @Override
    public void pull(Optional<Account> account, String image, String digest) throws Exception {
      try (Containerd containerd = start()) {
        Program pull =
            containerd
                .ctr()
                .and("images", "pull", "--all-platforms", "--hosts-dir", hosts.toString());
        if (account.isPresent()) {
          pull = pull.and("--user", account.get().name() + ":" + account.get().secret());
        }
        pull.run(image);
        assertThat(containerd.ctr().run("images", "list", "name==" + image)).contains(digest);
      }
    }
  }

  @Test
  void jib() throws Exception {
    try (ClientProcess jib = JibProgram.trusting(cluster.authority(), directory)) {
      exchange("jib", jib);
    }
  }

  @Test
  void oras() throws Exception {
    try (OrasLogin oras = new OrasLogin(cluster.authority(), directory)) {
      exchange("oras", oras);
    }
  }

  @Test
  void orasSaysThatAPasswordIsWrong() throws Exception {
    try (OrasLogin oras = new OrasLogin(cluster.authority(), directory)) {
      assertThatThrownBy(
              () -> oras.push(new Account(alice.name(), WRONG), cluster.address(2) + "/team/any:1"))
          .hasMessageContaining("status 401");
    }
  }
}
