package org.lanewise.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's {@code .npz} files: zip archives of {@code .npy} arrays, each read on demand and checked
 * against its CRC-32. A name is only ever looked up, never used as a path.
 */
public final class NpzFile implements Closeable {
    private static final String SUFFIX = ".npy";
    private static final int LONGEST_LIST = 20;

    /**
     * One moment for all, so that equal arrays make equal files. (1980-01-01, the first that zip
     * can name, means "earlier" to the JDK, which then adds a field by the time zone.)
     */
    private static final LocalDateTime STAMP = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries;

    private NpzFile(Path file, ZipFile zip, Map<String, ZipEntry> entries) {
        this.file = file;
        this.zip = zip;
        this.entries = entries;
    }

    /**
     * {@return the archive, its directory read and its arrays not}
     *
     * @param file the archive
     * @throws FileFormatException if it is no zip archive, is damaged, or has one name twice
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public static NpzFile open(Path file) throws IOException {
        FileAccess.requireFile(file);
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException | EOFException e) {
            throw new FileFormatException(file, unreadable(file, e));
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
        try {
            return new NpzFile(file, zip, index(file, zip));
        } catch (IOException e) {
            zip.close();
            throw e;
        }
    }

    /** What a file is whose directory cannot be read: every archive begins with PK. */
    private static String unreadable(Path file, IOException reason) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(4);
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
        return head.length == 4 && head[0] == 'P' && head[1] == 'K'
                ? "is a damaged .npz archive: the directory at its end is missing or broken ("
                        + Source.reason(reason) + "); the file may have been cut"
                : "is no .npz archive: begins with " + Source.hex(head)
                        + "; an .npz archive begins with 50 4b 03 04 (PK)";
    }

    private static Map<String, ZipEntry> index(Path file, ZipFile zip) throws IOException {
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        for (ZipEntry entry : zip.stream().toList()) {
            String name = entry.getName();
            String array = name.endsWith(SUFFIX)
                    ? name.substring(0, name.length() - SUFFIX.length())
                    : name;
            if (entries.put(array, entry) != null) {
                throw new FileFormatException(file,
                        "holds two arrays named " + Source.quote(array));
            }
        }
        return entries;
    }

    /** {@return the names of the arrays, without {@code .npy}, in the order of the archive} */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /**
     * {@return one array}
     *
     * @param name as {@link #names()} lists it
     * @throws FileFormatException if there is none of that name, or it is damaged or not of numbers
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public NumericArray read(String name) throws IOException {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw new FileFormatException(file,
                    "holds no array named " + name + "; there is " + listing());
        }
        requirePlausible(name, entry);
        CRC32 checksum = new CRC32();
        try (InputStream content = zip.getInputStream(entry);
                Source source = Source.part(file, name, new CheckedInputStream(content, checksum),
                        entry.getSize())) {
            NumericArray array = NpyFile.read(source);
            if (checksum.getValue() != entry.getCrc()) {
                throw source.fault("is damaged: the CRC-32 of its content is "
                        + checksum.getValue() + ", the archive says " + entry.getCrc());
            }
            return array;
        } catch (ZipException | EOFException e) {
            throw new FileFormatException(file,
                    "array " + Source.quote(name) + ": is damaged: " + Source.reason(e));
        }
    }

    /**
     * {@return one array, mapped and not read; empty if it is compressed, in Fortran order or a single
     * number}
     *
     * @param name as {@link #names()} lists it
     * @throws FileFormatException if there is none of that name, or its header or length is not valid
     * @throws IOException if the file cannot be read; the message is the path and the reason
     */
    public Optional<MappedArray> map(String name) throws IOException {
        ZipEntry entry = entries.get(name);
        if (entry == null || entry.getMethod() != ZipEntry.STORED) {
            return Optional.empty();
        }
        requirePlausible(name, entry);
        MemorySegment content = MappedArray.map(file);
        long start = ZipPlaces.of(content, entry.getName());
        if (start < 0) {
            return Optional.empty();
        }
        try (InputStream in = zip.getInputStream(entry);
                Source source = Source.part(file, name, in, entry.getSize())) {
            NpyHeader header = NpyHeader.read(source);
            source.begin(header.body());
            return MappedArray.of(file, "array " + Source.quote(name) + ": ", content, start,
                    start + entry.getSize() - source.left(), header, entry.getCrc());
        }
    }

    /**
     * {@return the bytes of an entry that is no array}
     *
     * @param name as {@link #names()} lists it
     * @param most the most bytes that it may have
     */
    byte[] bytes(String name, int most) throws IOException {
        ZipEntry entry = entries.get(name);
        if (entry == null || entry.getSize() > most) {
            throw new FileFormatException(file, "holds no " + name + " of at most " + most
                    + " bytes; there is " + listing());
        }
        CRC32 checksum = new CRC32();
        try (InputStream content = zip.getInputStream(entry)) {
            byte[] bytes = content.readNBytes(most);
            checksum.update(bytes);
            if (checksum.getValue() != entry.getCrc()) {
                throw new FileFormatException(file, name + " is damaged: its CRC-32 is "
                        + checksum.getValue() + ", the archive says " + entry.getCrc());
            }
            return bytes;
        } catch (ZipException | EOFException e) {
            throw new FileFormatException(file, name + " is damaged: " + Source.reason(e));
        }
    }

    private String listing() {
        if (entries.isEmpty()) {
            return "none";
        }
        int others = entries.size() - LONGEST_LIST;
        return entries.keySet().stream().limit(LONGEST_LIST).map(Source::quote)
                .collect(Collectors.joining(", ")) + (others > 0 ? " and " + others + " more" : "");
    }

    /** Memory is allocated by the size that the zip directory declares, which may be wrong. */
    private void requirePlausible(String name, ZipEntry entry) throws FileFormatException {
        long size = entry.getSize();
        long found = entry.getCompressedSize();
        boolean stored = entry.getMethod() == ZipEntry.STORED;
        if (size < 0 || (stored ? size != found : size / Source.MOST_DEFLATED > found)) {
            throw new FileFormatException(file, "array " + Source.quote(name) + ": declares " + size
                    + " bytes, " + (stored
                            ? "but is stored in " + found
                            : "more than " + found + " in the archive can hold"));
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    /**
     * Writes arrays of float64 or float32, uncompressed; equal arrays in equal order give equal bytes.
     *
     * @param file replaced whole or, after a failure, left as it was
     * @param arrays name (without {@code .npy}) to array; not modified
     * @throws IOException if that fails; the message is the path and the reason
     */
    public static void write(Path file, SequencedMap<String, NumericArray.Doubles> arrays)
            throws IOException {
        write(file, arrays, Map.of());
    }

    /** Writes arrays of float64 or float32, then arrays of bytes. */
    static void write(Path file, SequencedMap<String, NumericArray.Doubles> arrays,
            Map<String, byte[]> bytes) throws IOException {
        AtomicFile.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            writeArrays(zip, arrays);
            for (var array : bytes.entrySet()) {
                byte[] header = NpyHeader.ofBytes(
                        ArrayShape.of(array.getValue().length).toString());
                byte[] whole = Arrays.copyOf(header, header.length + array.getValue().length);
                System.arraycopy(array.getValue(), 0, whole, header.length,
                        array.getValue().length);
                writeBytes(zip, array.getKey() + SUFFIX, whole);
            }
            zip.finish();
        });
    }

    /** Adds an entry an array. */
    static void writeArrays(ZipOutputStream zip,
            SequencedMap<String, NumericArray.Doubles> arrays) throws IOException {
        for (var array : arrays.entrySet()) {
            CRC32 checksum = new CRC32();
            writeArray(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum),
                    array.getValue());
            long size = NpyHeader.of(array.getValue()).length
                    + (long) array.getValue().shape().size() * array.getValue().type().bytes();
            zip.putNextEntry(entry(array.getKey() + SUFFIX, size, checksum));
            writeArray(zip, array.getValue());
            zip.closeEntry();
        }
    }

    /** Adds an array of bytes, which is written twice: once for its checksum. */
    static void writeArray(ZipOutputStream zip, String name, String shape, long size,
            AtomicFile.Content elements) throws IOException {
        byte[] header = NpyHeader.ofBytes(shape);
        CRC32 checksum = new CRC32();
        checksum.update(header);
        elements.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum));
        zip.putNextEntry(entry(name + SUFFIX, header.length + size, checksum));
        zip.write(header);
        elements.writeTo(zip);
        zip.closeEntry();
    }

    /** Adds an entry that is no array. */
    static void writeBytes(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        zip.putNextEntry(entry(name, bytes.length, checksum));
        zip.write(bytes);
        zip.closeEntry();
    }

    private static ZipEntry entry(String name, long size, CRC32 checksum) {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(STAMP);
        entry.setCrc(checksum.getValue());
        entry.setSize(size);
        return entry;
    }

    private static void writeArray(OutputStream out, NumericArray.Doubles array)
            throws IOException {
        out.write(NpyHeader.of(array));
        LittleEndian.write(out, array);
    }
}
