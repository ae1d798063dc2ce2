import {createTwoFilesPatch} from 'diff';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {contentAsDiff, diffRows, diffStat, parseUnifiedDiff} from '../../source/view/diff.ts';
import {rowText} from '../../source/view/row.ts';
import {theme} from '../../source/view/style.ts';
import {hostileText, hostileTexts, offences} from './hostile-corpus.ts';

const gitDiff = `diff --git a/src/x.ts b/src/x.ts
index 1111111..2222222 100644
--- a/src/x.ts
+++ b/src/x.ts
@@ -9,4 +9,5 @@ function foo() {
 	const a = 1;
-	const b = 2; // the old
--- not a header
+	const b = 3; // the old
++++ also not
+new
 	return a
\\ No newline at end of file
diff --git a/old name b/new
similarity index 100%
rename from old name
rename to new
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-x
`;

const texts = (diff: string, columns = 40): string[] => diffRows(diff, columns).map(rowText);

test('files, hunks and line numbers are read from a git diff', () => {
	const files = parseUnifiedDiff(gitDiff);
	expect(files.map(file => [file.oldPath, file.newPath])).toEqual([
		['src/x.ts', 'src/x.ts'],
		['old name', 'new'],
		['gone', undefined],
	]);
	expect(files[0]?.hunks[0]?.heading).toBe('function foo() {');
	expect(files[0]?.hunks[0]?.lines.map(line => [line.kind, line.oldLine, line.newLine])).toEqual([
		['context', 9, 9],
		['remove', 10, undefined],
		['remove', 11, undefined],
		['add', undefined, 10],
		['add', undefined, 11],
		['add', undefined, 12],
		['context', 12, 13],
		['note', undefined, undefined],
	]);
});

test('a removed line that looks like a file header is counted as removed', () => {
	expect(diffStat(gitDiff)).toEqual({added: 3, removed: 3});
});

test('a diff is drawn with signs and line numbers', () => {
	expect(texts(gitDiff)).toEqual([
		'src/x.ts',
		'@@ -9 +9 @@ function foo() {',
		' 9  9      const a = 1;',
		'10    -    const b = 2; // the old',
		'11    --- not a header',
		'   10 +    const b = 3; // the old',
		'   11 ++++ also not',
		'   12 +new',
		'12 13      return a',
		'       \\ No newline at end of file',
		'',
		'old name → new',
		'similarity index 100%',
		'rename from old name',
		'rename to new',
		'',
		'gone (deleted)',
		'deleted file mode 100644',
		'@@ -1 +0 @@',
		'1   -x',
	]);
});

test('hunks without a file header are a file without a name', () => {
	expect(texts('@@ -1 +1 @@\n-a\n+b\n')).toEqual(['@@ -1 +1 @@', '1   -a', '  1 +b']);
});

test('the words that changed are marked in a line that mostly stayed', () => {
	const rows = diffRows('@@ -1 +1 @@\n-const value = 1\n+const value = 2\n', 40);
	expect(rows[1]?.at(-1)).toEqual({text: '1', sgr: '1;7;31'});
	expect(rows[2]?.at(-1)).toEqual({text: '2', sgr: '1;7;32'});
	const apart = diffRows('@@ -1 +1 @@\n-abc\n+xyz uvw\n', 40);
	expect(apart[1]?.at(-1)).toEqual({text: 'abc', sgr: theme.removed});
});

test('lines beyond the counts of a hunk are still shown', () => {
	const rows = texts('@@ -1,1 +1,1 @@\n-a\n+b\n+sneaked in\nno sign\n');
	expect(rows.slice(-2)).toEqual(['  2 +sneaked in', '     no sign']);
});

test('a narrow diff leaves out the gutter and long lines go on below', () => {
	expect(texts('@@ -1 +1 @@\n-abcdefghijklm\n', 10)).toEqual(['@@ -1 +1', '  @@', '-abcdefghi', ' jklm']);
	expect(texts(`@@ -1 +1 @@\n-${'x'.repeat(20)}\n`, 22).slice(1)).toEqual([
		`1   -${'x'.repeat(17)}`,
		`     ${'x'.repeat(3)}`,
	]);
});

test('what is no diff is shown as text', () => {
	expect(texts('just\ntext\n')).toEqual(['just', 'text']);
	expect(texts('')).toEqual([]);
});

test('bare content becomes a diff that adds or removes every line', () => {
	expect(contentAsDiff('a\n\nb\n', 'add')).toBe('@@ -0,0 +1,3 @@\n+a\n+\n+b\n');
	expect(contentAsDiff('a', 'delete')).toBe('@@ -1,1 +0,0 @@\n-a\n');
	expect(contentAsDiff('', 'add')).toBe('');
	expect(diffStat(contentAsDiff('a\n--- b\n+++ c\n', 'delete'))).toEqual({added: 0, removed: 3});
});

test('a patch made by another tool reads back as what was changed', () => {
	const content = fc.array(
		fc.constantFrom('a', 'b', '-- c', '++ d', '', '@@ -1 +1 @@', 'diff --git a/x b/x'),
		{maxLength: 12},
	);
	fc.assert(
		fc.property(content, content, (before, after) => {
			const patch = createTwoFilesPatch('a/x', 'b/x', `${before.join('\n')}\n`, `${after.join('\n')}\n`);
			const lines = parseUnifiedDiff(patch).flatMap(file => file.hunks.flatMap(hunk => hunk.lines));
			const side = (other: 'add' | 'remove', text: readonly string[]) => {
				const kept = lines.filter(line => line.kind !== other && line.kind !== 'note');
				for (const line of kept) {
					const number = other === 'add' ? line.oldLine : line.newLine;
					expect(line.text).toBe([...text, ''][(number ?? 0) - 1] ?? '');
				}
			};
			side('add', before);
			side('remove', after);
			const changes = patch
				.split('\n')
				.slice(4)
				.filter(line => /^[-+]/.test(line)).length;
			const {added, removed} = diffStat(patch);
			expect(added + removed).toBe(changes);
		}),
	);
});

test('nothing hostile comes through and no row is too wide', () => {
	const check = (text: string, columns: number) => {
		expect(offences(diffRows(text, columns), columns)).toEqual([]);
		expect(offences(diffRows(`@@ -1 +1 @@ ${text}\n-${text}\n+x ${text}`, columns), columns)).toEqual([]);
		expect(offences(diffRows(contentAsDiff(text, 'add'), columns), columns)).toEqual([]);
		expect(offences(diffRows(`--- a/${text}\n+++ b/${text}\n`, columns), columns)).toEqual([]);
	};
	for (const text of hostileTexts) check(text, 40);
	fc.assert(fc.property(hostileText, fc.integer({min: 1, max: 60}), check), {numRuns: 200});
});
