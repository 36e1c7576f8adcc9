package org.lanewise.cli.format;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.lanewise.Samples;
import org.lanewise.data.DataSet;
import org.lanewise.io.FileAccess;
import org.lanewise.io.FileFormatException;
import org.lanewise.spec.Network;

/**
 * A table of numbers: a line that names the columns, then one a sample. The class is in the column
 * {@code label}, or target values in columns whose names begin with {@code target}; all other
 * columns are the inputs, in the order of the network's input.
 */
public final class CsvFile {
    /**
     * How numbers are taken.
     *
     * @param nonFinite whether NaN and infinities are
     * @param divisor what inputs are divided by
     */
    public record Reading(boolean nonFinite, double divisor) {}

    private static final String TRAIN = "train.csv";
    private static final String TEST = "test.csv";
    private static final int LONGEST_LIST = 20;
    private static final int LONGEST_QUOTE = 200;
    private static final Predicate<String> LABEL = "label"::equalsIgnoreCase;
    private static final Predicate<String> TARGET = name -> name.toLowerCase(Locale.ROOT)
            .startsWith("target");

    private final Path file;
    private final Network network;
    private final Reading reading;
    private final List<double[]> inputs = new ArrayList<>();
    private final List<double[]> answers = new ArrayList<>();
    private List<String> header;
    private int[] inputColumns;
    private int[] answerColumns;

    private CsvFile(Path file, Network network, Reading reading) {
        this.file = file;
        this.network = network;
        this.reading = reading;
    }

    /** Whether a path is that of a table, or of a folder of tables. */
    public static boolean isCsv(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".csv")
                || Files.isRegularFile(path.resolve(TRAIN));
    }

    /** Reads one table to learn from, or those of a folder: train.csv and perhaps test.csv. */
    public static DataSet dataSet(Path path, Network network, Reading reading) throws IOException {
        boolean folder = Files.isDirectory(path);
        Path train = folder ? path.resolve(TRAIN) : path;
        Path test = path.resolve(TEST);
        List<String> warnings = new ArrayList<>();
        Samples learned = new CsvFile(train, network, reading).samples(warnings);
        Optional<Samples> held = folder && Files.exists(test)
                ? Optional.of(new CsvFile(test, network, reading).samples(warnings))
                : Optional.empty();
        return new DataSet(learned, held, warnings);
    }

    /** Reads inputs alone; labels and targets may be there and are left unread. */
    public static Samples inputs(Path file, Network network, Reading reading) throws IOException {
        CsvFile csv = new CsvFile(file, network, reading);
        csv.read(false);
        return Samples.unlabelled(network.input(), csv.join(csv.inputs));
    }

    private Samples samples(List<String> warnings) throws IOException {
        read(true);
        double[] values = join(inputs);
        if (!network.loss().takesLabels()) {
            return Samples.valued(network.input(), values, join(answers));
        }
        int[] labels = answers.stream().mapToInt(row -> (int) row[0]).toArray();
        if (labels.length > 1 && IntStream.of(labels).allMatch(label -> label == labels[0])) {
            warnings.add(file + ": all " + labels.length + " samples are of class " + labels[0]);
        }
        return Samples.labelled(network.input(), values, labels);
    }

    private double[] join(List<double[]> rows) throws IOException {
        long size = (long) rows.size() * rows.getFirst().length;
        if (size > Integer.MAX_VALUE - 8) {
            throw new FileFormatException(file, "has " + rows.size() + " rows of "
                    + rows.getFirst().length + " numbers, more than an array can hold");
        }
        double[] values = new double[(int) size];
        int next = 0;
        for (double[] row : rows) {
            System.arraycopy(row, 0, values, next, row.length);
            next += row.length;
        }
        return values;
    }

    private void read(boolean answered) throws IOException {
        FileAccess.requireFile(file);
        try (CsvReader<CsvRecord> reader = CsvReader.builder().detectBomHeader(true)
                .allowExtraFields(true).allowMissingFields(true).ofCsvRecord(file)) {
            Iterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                throw new FileFormatException(file, "is empty; expected a line that names the"
                        + " columns, then one a sample");
            }
            columns(records.next(), answered);
            while (records.hasNext()) {
                row(records.next(), answered);
            }
        } catch (CsvParseException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new FileFormatException(file, "is no table of comma-separated values: "
                    + quote(e.getMessage() + (reason == e ? "" : ": " + reason.getMessage())));
        } catch (UncheckedIOException e) {
            throw FileAccess.explain(file, e.getCause());
        } catch (FileFormatException e) {
            throw e;
        } catch (IOException e) {
            throw FileAccess.explain(file, e);
        }
        if (inputs.isEmpty()) {
            throw new FileFormatException(file, "has no rows below its header");
        }
    }

    private void columns(CsvRecord first, boolean answered) throws FileFormatException {
        header = first.getFields().stream().map(String::strip).toList();
        if (header.stream().allMatch(CsvFile::isNumber)) {
            throw fault(first, "is of numbers; expected the names of the columns, label (or"
                    + " target...) among them");
        }
        Set<String> names = new HashSet<>();
        for (String name : header) {
            if (!names.add(name)) {
                throw fault(first, "names two columns " + quote(name));
            }
        }
        boolean classes = network.loss().takesLabels();
        Predicate<String> isAnswer = classes ? LABEL : TARGET;
        int expected = classes ? 1 : (int) network.output().size();
        answerColumns = columns(isAnswer);
        inputColumns = columns(answered ? isAnswer.negate() : LABEL.or(TARGET).negate());
        if (answered && answerColumns.length != expected) {
            throw fault(first, "names " + answerColumns.length + " columns "
                    + (classes ? "label" : "target...") + ", expected " + expected
                    + "; there is " + listing());
        }
        if (inputColumns.length != network.input().size()) {
            throw fault(first, "names " + inputColumns.length + " columns of inputs, the network's"
                    + " input " + network.input() + " has " + network.input().size()
                    + "; there is " + listing());
        }
    }

    private int[] columns(Predicate<String> wanted) {
        return IntStream.range(0, header.size()).filter(i -> wanted.test(header.get(i))).toArray();
    }

    private String listing() {
        int others = header.size() - LONGEST_LIST;
        return quote(String.join(", ", header.subList(0, Math.min(header.size(), LONGEST_LIST))))
                + (others > 0 ? " and " + others + " more" : "");
    }

    private void row(CsvRecord record, boolean answered) throws FileFormatException {
        if (record.getFieldCount() != header.size()) {
            throw fault(record, "has " + record.getFieldCount() + " fields, the header has "
                    + header.size());
        }
        double[] values = new double[inputColumns.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(record, inputColumns[i]) / reading.divisor();
        }
        inputs.add(values);
        if (answered) {
            double[] given = new double[answerColumns.length];
            for (int i = 0; i < given.length; i++) {
                given[i] = number(record, answerColumns[i]);
            }
            if (network.loss().takesLabels()) {
                requireClass(record, given[0]);
            }
            answers.add(given);
        }
    }

    private void requireClass(CsvRecord record, double label) throws FileFormatException {
        long classes = network.output().size();
        boolean known = label == (int) label
                && (label >= 0 && label < classes || network.loss().ignores((int) label));
        if (!known) {
            throw fault(record, "label " + quote(record.getField(answerColumns[0]))
                    + " is none of the network's " + classes + " classes, 0 to " + (classes - 1));
        }
    }

    private double number(CsvRecord record, int column) throws FileFormatException {
        String text = record.getField(column).strip();
        if (!isNumber(text)) {
            throw fault(record, "column " + quote(header.get(column)) + ": " + (text.isEmpty()
                    ? "is empty"
                    : quote(text) + " is no number"));
        }
        double value = parse(text);
        if (!reading.nonFinite() && !Double.isFinite(value)) {
            throw fault(record, "column " + quote(header.get(column)) + ": is " + value
                    + "; every value must be finite unless --allow-non-finite is given");
        }
        return value;
    }

    private static boolean isNumber(String text) {
        try {
            parse(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Decimal numbers, and what pandas and NumPy write for those that are none. */
    private static double parse(String text) {
        return switch (text) {
            case "nan", "NaN" -> Double.NaN;
            case "inf", "+inf", "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> decimal(text);
        };
    }

    /** Java also accepts 1d, 1f and 0x1p3, which are not numbers in CSV files. */
    private static double decimal(String text) {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        boolean plain = last == '.' || last >= '0' && last <= '9';
        if (!plain || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            throw new NumberFormatException(text);
        }
        return Double.parseDouble(text);
    }

    private FileFormatException fault(CsvRecord record, String message) {
        return new FileFormatException(file,
                "line " + record.getStartingLineNumber() + ": " + message);
    }

    /** Text from a file fit for a message: one line, of bearable length. */
    private static String quote(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_QUOTE
                ? line
                : line.substring(0, LONGEST_QUOTE) + "...";
    }
}
