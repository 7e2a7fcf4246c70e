"""Which tests hold each row of what is promised about hostile files: hazard -> tests.

`test_hostile_files` looks whether there are these tests. Not here: what a web page must refuse
(foreign hosts, posts from elsewhere, `..` in addresses), as there is no web page yet.
"""

from __future__ import annotations

ROWS: dict[str, tuple[str, ...]] = {
    "not UTF-8: GBK, UTF-16, Latin-1, cut": (
        "faults/test_hostile_files_texts.py"
        "::test_what_is_no_text_is_listed_and_its_previous_version_stays",
        "faults/test_hostile_files_texts.py::test_encodings_of_the_configuration_are_read",
        "test_article_read_hostile.py::test_bytes_that_are_no_text_raise_with_offset_and_line",
        "test_indexer_failures.py::test_other_encodings_are_tried_on_what_failed",
    ),
    "byte order mark before the header": (
        "faults/test_hostile_files_texts.py::test_a_byte_order_mark_is_honoured_and_gone",
        "test_article_read_hostile.py::test_byte_order_marks_are_honoured_and_gone",
    ),
    "front matter unclosed, a list, a scalar; a paragraph between rules": (
        "faults/test_hostile_files_texts.py::test_front_matter_that_is_none_stays_in_the_body",
        "test_article_read_matter.py::test_front_matter_that_is_no_mapping_stays_in_the_body",
    ),
    "two colons, a tab, a month 13, an unknown tag": (
        "faults/test_hostile_files_texts.py"
        "::test_broken_front_matter_gives_title_and_text_and_a_warning_with_its_line",
        "test_article_read_matter.py::test_broken_or_hostile_yaml_still_gives_title_date_and_text",
        "test_article_read_matter.py::test_every_unknown_tag_is_warned_of_with_its_line",
        "test_article_read_matter.py::test_impossible_date_is_warned_of_with_its_line_and_skipped",
    ),
    "0123, no, 12:30:45": (
        "faults/test_hostile_files_texts.py::test_scalars_are_the_text_that_stands_there",
        "test_article_read_matter.py::test_scalars_stay_the_text_that_stands_there",
    ),
    "aliases, megabytes of keys, 30,000 brackets": (
        "faults/test_hostile_files_texts.py::test_no_file_takes_the_process_its_memory_or_its_time",
        "test_article_frontmatter.py::test_deep_json_and_deep_toml_are_no_crash",
        "test_article_read_hostile.py::test_hostile_text_takes_time_in_proportion",
    ),
    "a file of 100 MB, a line of 20 MB, images in base64": (
        "faults/test_hostile_files_texts.py::test_no_file_takes_the_process_its_memory_or_its_time",
        "test_indexer_failures.py"
        "::test_a_file_over_the_limit_is_reported_and_read_under_a_higher_one",
        "test_walk.py::test_reading_refuses_what_is_too_large",
    ),
    "pipe, device, unreadable file, loop of links, link out of the archive": (
        "faults/test_hostile_files.py::test_only_regular_files_inside_the_archive_are_read",
        "faults/test_hostile_files.py"
        "::test_what_becomes_something_else_after_it_was_listed_is_not_read",
        "faults/test_hostile_files.py"
        "::test_a_folder_that_becomes_a_link_after_it_was_listed_leads_nowhere",
        "faults/test_hostile_files.py"
        "::test_a_file_that_may_not_be_read_is_listed_and_its_previous_version_stays",
        "test_walk.py::test_links_dot_folders_and_indexes_are_not_walked",
        "test_walk.py::test_reading_refuses_what_is_no_regular_file",
    ),
    "names that are not UTF-8, with newlines, leading dashes, # and %": (
        "faults/test_hostile_files_names.py::test_names_of_any_bytes_are_found_shown_and_opened",
        "faults/test_hostile_files_names.py::test_ids_of_files_and_of_entries_never_meet",
        "faults/test_hostile_outputs.py::test_names_of_files_are_their_bytes_for_programs",
        "test_article_paths.py::test_every_sequence_of_bytes_comes_back",
    ),
    "a file rewritten while it is read": (
        "faults/test_hostile_files.py"
        "::test_a_file_rewritten_while_it_is_read_is_read_again_by_the_next_run",
        "test_indexer.py::test_a_file_written_while_it_was_indexed_is_compared_by_content",
    ),
    "an edit with the old time, an old file moved in": (
        "faults/test_hostile_files.py"
        "::test_edits_with_the_old_time_and_old_files_moved_in_are_noticed",
        "faults/test_hostile_files.py::test_verify_finds_a_change_that_no_time_tells",
        "test_indexer.py::test_a_file_replaced_by_another_of_its_size_and_time_is_noticed",
    ),
    "escapes, links, clipboard and bidirectional controls in a title": (
        "faults/test_hostile_outputs.py::test_no_form_of_output_lets_an_article_steer_anything",
        "faults/test_hostile_outputs.py::test_a_terminal_gets_no_sequences_but_ours",
        "faults/test_hostile_outputs.py::test_articles_are_shown_compared_and_likened_safely",
        "faults/test_hostile_outputs.py::test_what_a_run_says_of_files_is_safe",
        "faults/test_hostile_outputs.py::test_what_is_said_of_a_mistake_is_safe",
    ),
    "HTML in a title or a passage, javascript links": (
        "faults/test_hostile_outputs.py::test_no_form_of_output_lets_an_article_steer_anything",
        "faults/test_hostile_outputs.py::test_only_addresses_of_the_web_and_files_are_opened",
    ),
    "formulas in a table": (
        "faults/test_hostile_outputs.py::test_no_form_of_output_lets_an_article_steer_anything",
        "test_render_export_csv.py::test_no_cell_is_a_formula_or_ends_its_line",
    ),
}
