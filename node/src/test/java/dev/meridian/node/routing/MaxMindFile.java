package dev.meridian.node.routing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a database of IPv4 networks in MaxMind's format, as <a
 * href="https://maxmind.github.io/MaxMind-DB/">its specification</a> says: a tree with a node for
 * each bit, the data, and what describes both. There is no writer for Java.
 */
final class MaxMindFile {

  private static final byte[] METADATA_MARKER = {
    (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
  };
  private static final int SEPARATOR = 16;

  private static final int UTF8 = 2;
  private static final int DOUBLE = 3;
  private static final int UINT16 = 5;
  private static final int UINT32 = 6;
  private static final int MAP = 7;
  private static final int UINT64 = 9;
  private static final int ARRAY = 11;

  /** A node's two branches: another node, or below zero the place of its data, or nothing. */
  private final List<Integer[]> nodes = new ArrayList<>();

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private MaxMindFile() {
    nodes.add(new Integer[2]);
  }

  /** Writes a file that has the records {@code location.latitude} and {@code .longitude}. */
  static void write(Path file, Map<String, Coordinates> networks) throws IOException {
    MaxMindFile database = new MaxMindFile();
    for (Map.Entry<String, Coordinates> network : networks.entrySet()) {
      database.add(network.getKey(), network.getValue());
    }
    Files.write(file, database.bytes());
  }

  private void add(String network, Coordinates place) throws IOException {
    String[] parts = network.split("/");
    int bits = ByteBuffer.wrap(InetAddress.getByName(parts[0]).getAddress()).getInt();
    int length = Integer.parseInt(parts[1]);
    int at = data.size();
    map(data, 1);
    text(data, "location");
    map(data, 2);
    text(data, "latitude");
    number(data, place.latitude());
    text(data, "longitude");
    number(data, place.longitude());
    int node = 0;
    for (int i = 0; i < length; i++) {
      int branch = bits >>> 31 - i & 1;
      if (i == length - 1) {
        nodes.get(node)[branch] = -1 - at;
      } else {
        if (nodes.get(node)[branch] == null) {
          nodes.get(node)[branch] = nodes.size();
          nodes.add(new Integer[2]);
        }
        node = nodes.get(node)[branch];
      }
    }
  }

  private byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Integer[] node : nodes) {
      for (Integer branch : node) {
        int count = nodes.size();
        int value = branch == null ? count : branch >= 0 ? branch : count + SEPARATOR - 1 - branch;
        out.write(new byte[] {(byte) (value >> 16), (byte) (value >> 8), (byte) value});
      }
    }
    out.write(new byte[SEPARATOR]);
    data.writeTo(out);
    out.write(METADATA_MARKER);
    map(out, 9);
    whole(out, "node_count", UINT32, nodes.size());
    whole(out, "record_size", UINT16, 24);
    whole(out, "ip_version", UINT16, 4);
    text(out, "database_type");
    text(out, "Test-City");
    text(out, "languages");
    control(out, ARRAY, 0);
    whole(out, "binary_format_major_version", UINT16, 2);
    whole(out, "binary_format_minor_version", UINT16, 0);
    whole(out, "build_epoch", UINT64, 1);
    text(out, "description");
    map(out, 0);
    return out.toByteArray();
  }

  private static void map(ByteArrayOutputStream out, int entries) {
    control(out, MAP, entries);
  }

  private static void text(ByteArrayOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    control(out, UTF8, bytes.length);
    out.write(bytes);
  }

  private static void number(ByteArrayOutputStream out, double value) throws IOException {
    control(out, DOUBLE, Double.BYTES);
    out.write(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
  }

  private static void whole(ByteArrayOutputStream out, String key, int type, int value)
      throws IOException {
    text(out, key);
    control(out, type, 2);
    out.write(new byte[] {(byte) (value >> 8), (byte) value});
  }

  /** Types above 7 have a byte of their own; sizes are below 29 here. */
  private static void control(ByteArrayOutputStream out, int type, int size) {
    if (type > 7) {
      out.write(size);
      out.write(type - 7);
    } else {
      out.write(type << 5 | size);
    }
  }
}
