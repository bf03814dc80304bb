# SPDX-License-Identifier: MIT
# work.pl SCALE: regular expressions, formats, sorting, packing and some of the library.
use strict;
use warnings;
use utf8;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha256_hex sha512_base64);
use Encode qw(encode decode);
use List::Util qw(sum max shuffle reduce first);
use MIME::Base64;
use Math::BigFloat;
use Math::BigInt lib => 'Calc';
use POSIX qw(floor ceil fmod strftime);
use Storable qw(freeze thaw dclone);
use Data::Dumper;

my $scale = shift;
my $seed = 12345;
binmode STDOUT, ':utf8';

sub next_random { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; return $seed >> 8 }

sub show {
    my ($name, @values) = @_;
    my $text = join ' ', map { defined $_ ? $_ : 'undef' } @values;
    my $bytes = encode('UTF-8', $text);
    $text = substr($text, 0, 50) . '... ' . length($text) . ' ' . sha256_hex($bytes)
        if length $text > 100;
    print "$name: $text\n";
}

sub make_text {
    my @words = qw(quern mill grain flour stone wheel wind water sack miller);
    return join ' ', map { $words[next_random() % @words] . next_random() % 100 } 1 .. shift;
}

my $text = make_text(8000 * $scale);

# Regular expressions.
my %count;
$count{$1}++ while $text =~ /([a-z]+)\d*/g;
show('words', map { "$_=$count{$_}" } sort keys %count);
show('capture', join ',', $text =~ /(w\w+?)(\d)(?!\d)/g);
(my $changed = $text) =~ s/(\w)(\d+)/$2 . uc $1/ge;
show('substitute', $changed);
show('nested', '((a)(b(c)))(d' =~ /^(\((?:[^()]++|(?1))*\))/ ? $1 : 'none');
show('lookaround', scalar(() = $text =~ /(?<=mill)er(?=\d\d )/g));
show('backreference', join ",", map { $_ // "-" } "abcabcxyzxyz112233" =~ /((\w{2,3})\2|(\d)\3)/g);
show('transliterate', ($changed = $text) =~ tr/a-mn-z/n-za-m/, $changed);
show('case', lc(uc "ärger Straße ΑΒΓ"), ucfirst 'élan', "\x{1F600}" =~ /\p{So}/ ? 'symbol' : '');
show('split', scalar(split /[\s,]+/, $text), join '|', (split /(\d)/, $text)[0 .. 20]);
show('possessive', ('a' x 30) =~ /^(a++)b/ ? 1 : 0, ('ab' x 500 . 'c') =~ /^(?:a|b|ab)*c$/ ? 1 : 0);

# Formats.
my @lines;
for my $i (-20 .. 20) {
    my $x = $i * 1234.5678 / 7;
    push @lines, sprintf '%d|%5.2f|%-12e|%g|%+.3g|%x|%o|%b|%08.3f|%s|%c|%%|%v02x', $i, $x, $x * 1e9,
        $x / 1e7, $x, abs $i, abs $i, abs $i, $x, $x, 65 + abs $i, "1.$i";
}
show('sprintf', join "\n", @lines);
show('numbers', 0.1 + 0.2, 1e21, 1 / 3, 1e15 + 0.3, -17 % 5, 17 % -5, 2**53 + 1,
    18446744073709551615,
    int(-3.7), hex('ffffffff') * 2, oct('0b1011'), sqrt 2, 7 <=> 11, 'a' x 3 . 'b', 10 ** 15,
        1_000_000 * 1_000_000);
show('rounding', map { floor($_ / 8) . ceil($_ / 8) . fmod($_, 3) . sprintf '%.0f',
    $_ / 2 } -40 .. 40);
my $sum = 0;
$sum += sqrt($_) / ($_ + 0.5) for 1 .. 20000 * $scale;
show('sum', sprintf '%.17g', $sum);

# Sorting, hashes, closures.
my @numbers = map { next_random() } 1 .. 15000 * $scale;
show('sort', join ',', sort { $a <=> $b } @numbers);
show('sort by key', join ',', sort { $a % 101 <=> $b % 101 or $b <=> $a } @numbers);
show('sort as text', join ',', (sort @numbers)[0 .. 500]);
show('list', sum(@numbers), max(@numbers), (reduce { $a ^ $b } @numbers),
    first { $_ % 7 == 3 } @numbers);
my %table = map { $_ % 5003 => $_ } @numbers;
show('hash', scalar(keys %table), join ',', map { "$_:$table{$_}" } sort { $a <=> $b } keys %table);
my @adders = map { my $n = $_; sub { $n += shift } } 1 .. 100;
show('closures', join ',', map { $_->(5) + $_->(7) } @adders);

sub ackermann { my ($m, $n) = @_; return $m ? ackermann($m - 1, $n ? ackermann($m,
    $n - 1) : 1) : $n + 1 }
{ no warnings 'recursion'; show('recursion', ackermann(2, 40)) }

# Bytes.
my $packed = join '', map { pack 'cSlQnNvVwfd<A3Z4h4', $_ % 128, $_, -$_, $_ * 1e9, $_ & 65535, $_,
    $_ & 65535, $_,
    $_, $_ / 4, $_ / 3, 'ab', 'xyz', '1f2e' } 1 .. 3000;
show('pack', length $packed, sha256_hex($packed));
show('unpack', join ',', (unpack '(cSlQnNvVwfd<A3Z4h4)3', $packed));
show('checksum', unpack('%32C*', $packed), unpack('%64Q*', substr $packed, 0, 8000), vec($packed,
    77, 4));
show('digests', md5_hex($packed), sha512_base64($packed));
show('base64', encode_base64($packed), decode_base64(encode_base64($packed)) eq $packed);
my $wide = "naïve café 漢字 \x{1F600}" x 200;
show('encode', map { sha256_hex(encode($_, $wide)) } qw(UTF-8 UTF-16LE UTF-32BE));
show('decode', decode('UTF-16LE', encode('UTF-16LE', $wide)) eq $wide ? 'same' : 'other');
show('xor', sha256_hex($packed ^ ('pass' x 5000)));

# Modules.
my $big = Math::BigInt->new(7)->bpow(300 * $scale);
show('bigint', $big, $big->copy->bmod('1000000007'), $big->copy->bsqrt,
    Math::BigInt->new(60)->bfac);
show('bigfloat', Math::BigFloat->new(2)->bsqrt(60), Math::BigFloat->bpi(50));
my $tree = { list => [1 .. 50], map { ("k$_" => { v => $_ ** 2, s => "x$_" }) } 1 .. 50 };
$Data::Dumper::Sortkeys = 1;
$Data::Dumper::Indent = 1;
show('dumper', Dumper($tree));
show('storable', Dumper(thaw(freeze($tree))) eq Dumper(dclone($tree)) ? 'same' : 'other');
show('time', strftime('%Y-%m-%d %H:%M:%S %j', gmtime 1e9), scalar gmtime 2**31);
my $status = open(my $pipe, '-|') // die;
if (!$status) { print join(',', map { $_ * $_ } 1 .. 2000); exit 3 }
my $got = join '', <$pipe>;
close $pipe;
show('fork', $got, $? >> 8);
eval { die { code => 42 } };
show('die', $@->{code}, eval { 1 / ($scale - $scale) } // 'no result',
    $@ =~ /division by zero/ ? 1 : 0);
