(start_tag) @import
(self_closing_tag) @import
