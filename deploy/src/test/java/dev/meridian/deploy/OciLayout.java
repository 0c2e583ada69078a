package dev.meridian.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes images as a directory in the OCI image layout, for clients that copy from one. */
final class OciLayout {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final Path directory;

  private OciLayout(Path directory) {
    this.directory = directory;
  }

  /** An image index for the architectures, tagged {@code latest}; returns the index' digest. */
  static String write(Path directory, String... architectures) throws IOException {
    Files.createDirectories(directory.resolve("blobs/sha256"));
    OciLayout layout = new OciLayout(directory);
    List<String> images = new ArrayList<>();
    for (String architecture : architectures) {
      images.add(layout.image(architecture));
    }
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, String.join(",", images));
    String entry =
        layout.blob(
            INDEX,
            index.getBytes(StandardCharsets.UTF_8),
            ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}");
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        directory.resolve("index.json"),
        "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(entry));
    return TestImage.digest(index.getBytes(StandardCharsets.UTF_8));
  }

  private String image(String architecture) throws IOException {
    byte[] tar = tarOfOneFile(TestImage.of(System.nanoTime(), 1 << 20).layer());
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(tar);
    }
    String config =
        """
        {"architecture":"%s","os":"linux","config":{},
         "rootfs":{"type":"layers","diff_ids":["%s"]}}
        """
            .formatted(architecture, TestImage.digest(tar));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}
        """
            .formatted(
                TestImage.MEDIA_TYPE,
                blob(CONFIG, config.getBytes(StandardCharsets.UTF_8), ""),
                blob(LAYER, compressed.toByteArray(), ""));
    return blob(
        TestImage.MEDIA_TYPE,
        manifest.getBytes(StandardCharsets.UTF_8),
        ",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}".formatted(architecture));
  }

  private String blob(String mediaType, byte[] content, String more) throws IOException {
    String digest = TestImage.digest(content);
    Files.write(directory.resolve("blobs").resolve(digest.replace(':', '/')), content);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(mediaType, digest, content.length, more);
  }

  /** A ustar archive with the file {@code data}. */
  private static byte[] tarOfOneFile(byte[] content) {
    int padded = (content.length + 511) / 512 * 512;
    byte[] tar = new byte[512 + padded + 1024];
    put(tar, 0, "data");
    put(tar, 100, "0000644");
    put(tar, 108, "0000000");
    put(tar, 116, "0000000");
    put(tar, 124, "%011o".formatted(content.length));
    put(tar, 136, "00000000000");
    put(tar, 148, "        ");
    put(tar, 156, "0");
    put(tar, 257, "ustar");
    put(tar, 263, "00");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i];
    }
    put(tar, 148, "%06o".formatted(sum));
    tar[154] = 0;
    System.arraycopy(content, 0, tar, 512, content.length);
    return tar;
  }

  private static void put(byte[] tar, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, offset, bytes.length);
  }
}
