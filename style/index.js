// One by one, as `index.css` has them: what that imports would not be made smaller.
import './badge.css';
import './outputs.css';
import './panel.css';
import './figures.css';
import './sections.css';
import './internals.css';
